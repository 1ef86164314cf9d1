// `bun tools/healthcheck.ts [part]`: whether the part that runs here answers; the gateway without a name. Exit code 0 when it does. For the
// HEALTHCHECK of an image, in which there is no curl.

import { bootConfigSchema, portOf, readParts } from "../boot/config.ts";
import { readConfig } from "../shared/runtime/config.ts";

const TIMEOUT_MS = 2_500;

/** The ports alone: a check needs none of the secrets. */
const portsSchema = bootConfigSchema.pick({
  PORT: true,
  AUTH_PORT: true,
  CATALOG_PORT: true,
  INVENTORY_PORT: true,
  ORDERS_PORT: true,
  NOTIFY_PORT: true,
});

const [part = "gateway"] = readParts(Bun.argv.slice(2));
const { port } = portOf(readConfig(portsSchema, process.env), part);
// Of the gateway: whether it answers at all. It says 503 while another service is away, and a new start would not help there.
const isAlive = (status: number): boolean => (part === "gateway" ? status < 600 : status === 200);
const answer = await fetch(`http://127.0.0.1:${port}/health`, {
  signal: AbortSignal.timeout(TIMEOUT_MS),
}).catch(() => null);
process.exitCode = answer !== null && isAlive(answer.status) ? 0 : 1;
