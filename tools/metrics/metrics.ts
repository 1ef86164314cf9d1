// `bun run metrics`: writes docs/metrics.md from a Kiosk that is started for it.

import { join } from "node:path";
import { withKiosk } from "../with-kiosk.ts";
import { metricsDocument } from "./page.ts";

const FILE = join(import.meta.dir, "../../docs/metrics.md");
/** With traces, which have metrics of their own; nothing is sent, since nobody asks for anything. */
const TRACED = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

await withKiosk({ env: TRACED }, async ({ url }) => {
  await Bun.write(FILE, metricsDocument(await (await fetch(`${url}/metrics`)).text()));
});
