import { z } from "zod";
import { backoffMs, pause } from "../../shared/runtime/retry.ts";
import { UnexpectedAnswer } from "../client/api-client.ts";

/** A full file is a minute's work, and the gateway gives it a minute and a half. */
const TIMEOUT_MS = 120_000;
/**
 * What passes is waited out for so long: a restart, a broken connection, and an import that the gateway did not wait for, which goes
 * on where it was when the file is sent again.
 */
const PATIENCE_MS = 600_000;
const BACKOFF = { baseMs: 500, ceilingMs: 5_000 };
const PASSING = new Set([409, 429, 502, 503, 504]);

const rowErrorSchema = z.object({ line: z.int(), column: z.string().nullable(), message: z.string() });
const countsSchema = z.object({
  rows: z.int(),
  accepted: z.int(),
  corrected: z.int(),
  bad: z.int(),
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
});
export const importReportSchema = countsSchema.extend({
  id: z.string(),
  dryRun: z.boolean(),
  format: z.string(),
  errors: z.array(rowErrorSchema),
  corrections: z.array(z.object({ reason: z.string(), rows: z.int() })),
  differences: z.array(
    z.object({
      line: z.int(),
      sku: z.string(),
      change: z.enum(["created", "changed"]),
      fields: z.array(
        z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
      ),
    }),
  ),
  moreDifferences: z.boolean(),
  newCategories: z.array(z.string()),
  categoriesCreated: z.int(),
  ignoredColumns: z.array(z.string()),
});
export type ImportedReport = z.infer<typeof importReportSchema>;

const progressSchema = countsSchema.extend({ state: z.string(), bytes: z.int() });
export type ImportedProgress = z.infer<typeof progressSchema>;

export interface SendOptions {
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly id: string;
  readonly dryRun: boolean;
  readonly onProgress: (progress: ImportedProgress) => void;
}

const bodyOf = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
};

const sendOnce = async (file: Blob, { url, token, id, dryRun }: SendOptions): Promise<Response> =>
  fetch(`${url}/v1/products/import?importId=${id}&dryRun=${dryRun}`, {
    method: "POST",
    headers: { authorization: `Bearer ${await token()}`, "content-type": "text/csv" },
    body: file,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** The events of a stream of progress, until it ends or breaks: it is for the eyes, so nothing depends on it. */
export const followProgress = async (
  { url, token, id, onProgress }: SendOptions,
  signal: AbortSignal,
): Promise<void> => {
  const response = await fetch(`${url}/v1/products/imports/${id}/stream`, {
    headers: { authorization: `Bearer ${await token()}` },
    signal,
  });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = block.split("\n").find((line) => line.startsWith("data: "));
      const read = data === undefined ? null : progressSchema.safeParse(JSON.parse(data.slice(6)));
      if (read?.success) onProgress(read.data);
    }
  }
};

/**
 * Sends one file, again and again while what stands in the way passes: under one id, so that nothing is done twice and the report is
 * that of the whole. Fails with `UnexpectedAnswer`.
 */
export const sendFile = async (file: Blob, options: SendOptions): Promise<ImportedReport> => {
  const endsAt = performance.now() + PATIENCE_MS;
  const done = new AbortController();
  void followProgress(options, done.signal).catch(() => undefined);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const response = await sendOnce(file, options).catch((error: unknown) => {
        if (performance.now() > endsAt) throw error;
        return null;
      });
      const body = response === null ? null : await bodyOf(response);
      if (response?.status === 200) return importReportSchema.parse(body);
      const passes = response === null || PASSING.has(response.status);
      if (!passes || performance.now() > endsAt)
        throw new UnexpectedAnswer(response?.status ?? 0, body, "POST /v1/products/import");
      const retryAfterMs = 1_000 * Number(response?.headers.get("retry-after") ?? 0);
      await pause(Math.max(retryAfterMs, backoffMs(BACKOFF, attempt)));
    }
  } finally {
    done.abort();
  }
};
