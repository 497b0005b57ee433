/** A bad query parameter is refused by name, in the words of Django REST framework. @module */
import { describe, expect, test } from "bun:test";
import { serveSeedWorld, STAFF } from "./setup.ts";

const { ask } = serveSeedWorld();

describe("a refusal", () => {
  const integer = "A valid integer is required.";
  const number = "A valid number is required.";
  test.each<[string, Record<string, string[]>]>([
    ["limit=0", { limit: ["Ensure this value is greater than or equal to 1."] }],
    ["limit=51", { limit: ["Ensure this value is less than or equal to 50."] }],
    ["limit=ten", { limit: [integer] }],
    ["ordering=cheap", { ordering: ['"cheap" is not a valid choice.'] }],
    ["in_stock=perhaps", { in_stock: ["Must be a valid boolean."] }],
    ["min_price=NaN", { min_price: [number] }],
    ["min_price=-0.01", { min_price: ["Ensure this value is greater than or equal to 0."] }],
    ["max_price=1.005", { max_price: ["Ensure that there are no more than 2 decimal places."] }],
    [
      "max_price=12345678901",
      { max_price: ["Ensure that there are no more than 10 digits in total."] },
    ],
    [
      "max_price=123456789",
      { max_price: ["Ensure that there are no more than 8 digits before the decimal point."] },
    ],
    [`q=${"x".repeat(201)}`, { q: ["Ensure this field has no more than 200 characters."] }],
    ["q=%00", { q: ["Null characters are not allowed."] }],
    [
      "limit=1.5&min_price=x&in_stock=2",
      { limit: [integer], min_price: [number], in_stock: ["Must be a valid boolean."] },
    ],
  ])("of a query names each bad field: %s", async (query, body) => {
    expect(await ask(`/api/products/search/?${query}`)).toMatchObject({ status: 400, body });
  });

  test("of a customer search names the parameters, one of which is needed", async () => {
    const body = { non_field_errors: ["Give an email, a first_name, a last_name or a postcode."] };
    expect(await ask("/api/customers/?email=%20", STAFF)).toMatchObject({ status: 400, body });
  });
});
