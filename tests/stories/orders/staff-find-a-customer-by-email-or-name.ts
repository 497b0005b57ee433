import { call, reply, save, say, story, use } from "../../harness/story.ts";

export default story("staff find a customer by e-mail, or by name and postcode", { as: "staff" }, [
  say("I have a Ms Okafor on the line, nell.okafor@letters.example. Do we know her?"),
  call(
    "find_customer",
    { email: "nell.okafor@letters.example" },
    {
      returns: {
        customers: [{ customer_id: save("nell"), first_name: "Nell", last_name: "Okafor" }],
      },
      text: /^1 customer\n/,
      sends: ["GET /api/customers/?email=nell.okafor%40letters.example&limit=10"],
      tokens: 180,
    },
  ),
  call(
    "get_customer",
    { customer_id: use("nell") },
    {
      returns: { address: { line1: "22 Wellington Road", city: "Cork", country: "Ireland" } },
      text: /^Customer nell-okafor: Nell Okafor\n/,
      sends: ["GET /api/customers/nell-okafor/"],
      tokens: 400,
    },
  ),
  reply("Yes, Nell Okafor of 22 Wellington Road, Cork."),
  say("Next call. A Lindqvist, the line is bad."),
  call(
    "find_customer",
    { last_name: "Lindqvist" },
    {
      returns: {
        customers: [{ customer_id: "axel-lindqvist" }, { customer_id: "mia-lindqvist" }],
      },
      text: /^2 customers\n/,
      sends: ["GET /api/customers/?last_name=Lindqvist&limit=10"],
      tokens: 260,
    },
  ),
  reply("There are two, Axel in 65100 and Mia in 413 04. What is the postcode?"),
  say("413 04."),
  call(
    "find_customer",
    { last_name: "lindqvist", postcode: "413 04" },
    {
      returns: {
        customers: [{ customer_id: "mia-lindqvist", email: "mia.lindqvist@post.example" }],
      },
      text: /^1 customer\n/,
      sends: ["GET /api/customers/?last_name=lindqvist&postcode=413+04&limit=10"],
      tokens: 180,
    },
  ),
  reply("Then it is Mia Lindqvist, mia.lindqvist@post.example."),
]);
