/**
 * Tells zod not to compile its schemas, before any is made: it would try whether it may, and each strict host's console
 * would report that the view has tried to run text as code.
 *
 * @module
 */
import * as z from "zod/mini";

z.config({ jitless: true });
