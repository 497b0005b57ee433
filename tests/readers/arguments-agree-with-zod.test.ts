/** A reader of arguments gives what zod gives, and leaves to zod what is not valid. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import * as z from "zod";
import { allTools } from "../../server.ts";
import { readValid } from "../../shop/reader.ts";

type Json = z.core.JSONSchema.BaseSchema;
const one = (...values: unknown[]) => fc.constantFrom(...values);
const wrong = one(null, undefined, 7, "7", true, [], [7], {}, Number.NaN, "x".repeat(5000));
/** Values of a schema, most of them valid. */
function valuesOf({ type, enum: names, items, properties, required = [] }: Json) {
  const valid: Record<string, () => fc.Arbitrary<unknown>> = {
    string: () =>
      names ? one(...names) : one("linen", "1036", "Ä 1", "a\u200b  b", "#7", "", "?"),
    integer: () => one(1, 10, 50, 51, 0, 1.5),
    number: () => one(0, 12.5, 1e12, 1e13, -1),
    boolean: () => one(true, false),
    array: () => fc.array(valuesOf(Object(items)), { minLength: 1, maxLength: 3 }),
    object: () => objectsOf(Object(properties), required),
  };
  const usual = valid[String(type)]?.() ?? wrong;
  return fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: wrong });
}
function objectsOf(properties: Record<string, Json>, required: string[]): fc.Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, field]) => [name, valuesOf(field)]);
  const others = { ...Object.fromEntries(fields), session_id: one("1") }; // which no tool has
  const plain = { noNullPrototype: true }; // as JSON is parsed
  const isNeeded = (names: string[]) => required.every((name) => names.includes(name));
  const most = fc
    .record(Object.fromEntries(fields), { ...plain, requiredKeys: [] })
    .filter((given) => isNeeded(Object.keys(given)));
  return fc.oneof({ weight: 9, arbitrary: most }, fc.record(others, plain));
}

test.each(Object.entries(allTools))("the arguments of %s", (_, { input }) => {
  const schema: z.ZodObject = input;
  const { properties = {}, required = [] }: Json = z.toJSONSchema(schema, { io: "input" });
  let [valid, broken] = [0, 0];
  fc.assert(
    fc.property(objectsOf(properties as Record<string, Json>, required), (given) => {
      const byZod = schema.safeParse(given);
      const byReader = readValid(schema, given);
      valid += Number(byZod.success);
      broken += Number(!byZod.success);
      expect(byReader?.data).toStrictEqual(byZod.data); // what is not valid is read by neither
      expect(JSON.stringify(byReader?.data)).toBe(JSON.stringify(byZod.data)); // in the same order
    }),
    { seed: 13, numRuns: 1500 },
  );
  expect(Math.min(valid, broken)).toBeGreaterThan(30);
});
