/** A module for `--shop`: the contract, in a shop that makes a change as often as it is sent. */
import { defineShop } from "../../../shop/mapping/define-shop.ts";

export default defineShop({ idempotency: false });
