import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { freePort } from "../../shared/drivers/free-port.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";

const ANSWER_MS = 30_000;

const answerSchema = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** A Prometheus of our own that scrapes one address, on a free port and in a folder that goes with it. */
export const openPrometheus = (binary: string, target: string) => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-prometheus-"));
  const port = freePort();
  const config = {
    global: { scrape_interval: "1s" },
    scrape_configs: [{ job_name: "kiosk", static_configs: [{ targets: [target] }] }],
  };
  writeFileSync(join(folder, "prometheus.yml"), stringify(config));
  const child = Bun.spawn(
    [
      binary,
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  );
  const ask = async (query: string): Promise<number | null> => {
    const response = await fetch(
      `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`,
    ).catch(() => null);
    const read = answerSchema.safeParse(await response?.json().catch(() => null));
    const [first] = read.success ? read.data.data.result : [];
    return first === undefined ? null : Number(first.value[1]);
  };
  return {
    /** The first answer to a query for which the condition holds. */
    until: (query: string, holds: (value: number) => boolean) =>
      waitFor(
        async () => {
          const value = await ask(query);
          return value !== null && holds(value) ? { value } : null;
        },
        { timeoutMs: ANSWER_MS, everyMs: 200, what: `an answer to ${query}` },
      ),
    async close(): Promise<void> {
      child.kill();
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
