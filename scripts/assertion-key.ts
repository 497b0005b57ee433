/**
 * Prints a new private key for `SHOP_MCP_ASSERTION_KEY`, by which the server says to Django whom it acts for:
 *
 * ```sh
 * bun run assertion-key                 # {"kty":"OKP","crv":"Ed25519","d":"…","x":"…","kid":"…"}
 * ```
 *
 * To change keys: give the server `{"keys": [OLD, NEW]}`, five minutes later `{"keys": [NEW, OLD]}`, and a minute after
 * that `NEW` alone. All are published at `/.well-known/jwks.json`; the first one signs.
 *
 * @module
 */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
const jwk = await exportJWK(privateKey);
console.log(JSON.stringify({ ...jwk, kid: await calculateJwkThumbprint(jwk) }));
