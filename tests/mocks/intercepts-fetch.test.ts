/** The shop can be played inside the process, by intercepting fetch. @module */
import { describe, expect, test } from "bun:test";
import { createHandlers } from "../../mocks/handlers.ts";
import { playShop } from "../../mocks/network.ts";
import { createShop } from "../../mocks/shop.ts";
import { seed } from "../../mocks/world.ts";

describe("the shop", () => {
  test("played inside the process records requests that no handler answers", async () => {
    const network = playShop("https://shop.example", createHandlers(createShop(seed)));
    await network.start();
    try {
      expect((await fetch("https://shop.example/api/shop/")).status).toBe(200);
      expect(network.unhandled).toEqual([]);
      const strays = ["https://shop.example/api/nothing/", "https://elsewhere.example/api/shop/"];
      for (const stray of strays) await expect(fetch(stray)).rejects.toThrow();
      expect(network.unhandled).toEqual(strays.map((stray) => `GET ${stray}`));
    } finally {
      await network.stop();
    }
  });
});
