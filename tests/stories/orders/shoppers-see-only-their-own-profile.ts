import { call, reply, say, story } from "../../harness/story.ts";

export default story("shoppers see only their own profile", { as: "mia" }, [
  say("I met somebody called Okafor at the market who shops here, too. What is her address?"),
  call(
    "find_customer",
    { last_name: "Okafor" },
    {
      fails:
        /^This account is not allowed to use the shop's customer search like this: You do not have permission to perform this action\. Trying again will not help; the shop's staff may be able to do it\.$/,
      sends: ["GET /api/customers/?last_name=Okafor&limit=10"],
      tokens: 60,
    },
  ),
  call(
    "get_customer",
    { customer_id: "nell-okafor" },
    {
      fails:
        /^Nothing was found under nell-okafor \(customer profile\): the id does not exist, or it does not belong to this account\./,
      sends: ["GET /api/customers/nell-okafor/"],
      tokens: 60,
    },
  ),
  reply("I cannot look up other people, only you. You will have to meet her at the market again."),
  say("Fair enough. What do you know about me?"),
  call(
    "get_customer",
    {},
    {
      returns: {
        customer_id: "mia-lindqvist",
        email: "mia.lindqvist@post.example",
        address: { line1: "Linnégatan 14", city: "Göteborg" },
      },
      sends: ["GET /api/customers/me/"],
      tokens: 400,
    },
  ),
  reply("Your name, your e-mail address, Linnégatan 14 in Göteborg, and how you like to pay."),
]);
