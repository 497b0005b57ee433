/** A canary for each secret, in every way to fail: it comes out nowhere. The test is among those of telemetry. */
import "../telemetry/keeps-secrets.test.ts";
