import { z } from "zod";
import { variable } from "../shared/runtime/config.ts";

/** What the gateway reads from the environment. */
export const gatewayConfigSchema = z.object({
  ALLOWED_ORIGINS: variable
    .list()
    .describe("Web origins that may call the API from a browser, comma separated; * only outside production"),
  RATE_LIMITS: variable.onOff("on").describe("off for load tests; refused in production"),
  METRICS_TOKEN: variable
    .secret()
    .optional()
    .describe("Bearer token for /metrics; without it only this machine may read them"),
});

export type GatewayConfig = Readonly<z.infer<typeof gatewayConfigSchema>>;
