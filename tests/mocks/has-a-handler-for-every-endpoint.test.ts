/** Every endpoint of the contract has a handler. @module */
import { describe, expect, test } from "bun:test";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";
import { endpoints } from "../../shop/contract.ts";

describe("the shop", () => {
  test("has a handler for every endpoint", () => {
    const paths = createHandlers(createShop(seed)).map(({ info }) => String(info.path));
    const templates = Object.values(endpoints).map(({ path }) => path.template);
    expect(paths.map((path) => path.replace(/:(\w+)/g, "{$1}")).toSorted()).toEqual(
      templates.toSorted(),
    );
  });
});
