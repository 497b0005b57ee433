/** The two tools as every contender in JavaScript registers them: schemas, and a fetch from Django. */
import * as z from "zod";

const base = process.env.DJANGO_API_BASE;
export const port = Number(process.env.PORT);

async function get(path) {
  const response = await fetch(base + path);
  if (!response.ok) throw new Error(`The shop answered ${response.status}`);
  return response.json();
}

const product = z.object({
  product_id: z.string(),
  name: z.string(),
  category: z.string(),
  price: z.object({ amount: z.string(), currency: z.string() }),
  available: z.boolean(),
  url: z.string(),
  image: z.string(),
});

export const searchProducts = {
  name: "search_products",
  description: "Find products by words, with their prices.",
  input: z.object({
    query: z.string().describe("Words to look for"),
    limit: z.number().int().min(1).max(50).default(10),
  }),
  output: z.object({
    count: z.number(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(product),
  }),
  call: ({ query, limit }) =>
    get(`/api/products/search/?q=${encodeURIComponent(query)}&limit=${limit}`),
};
export const getOrderStatus = {
  name: "get_order_status",
  description: "The status of one order.",
  input: z.object({ order_id: z.string().describe("The number of the order") }),
  output: z.object({
    order_id: z.string(),
    status: z.string(),
    placed_at: z.string(),
    updated_at: z.string(),
    estimated_delivery: z.string(),
    tracking_ids: z.array(z.string()),
  }),
  call: ({ order_id }) => get(`/api/orders/${encodeURIComponent(order_id)}/status/`),
};
/** More tools, for the measure of how a server grows: TOOLS=50 adds 48. */
const more = Array.from({ length: Number(process.env.TOOLS ?? 2) - 2 }, (_, n) => ({
  ...getOrderStatus,
  name: `get_order_status_${n + 3}`,
}));
export const tools = [searchProducts, getOrderStatus, ...more];

/** A result as the specification wants it: the structure, and the same as text. */
export const result = (structuredContent) => ({
  content: [{ type: "text", text: JSON.stringify(structuredContent) }],
  structuredContent,
});
