// Orders by the clock, whatever becomes of those before: a process of its own, told by its parent what to do (see overload.ts). An open
// model: who is refused does not come back, and who waits does not keep others from coming.

import { type HttpConnection, openConnection } from "./http-connection.ts";
import { pick } from "./statistics.ts";

export interface OpenRequest {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly skus: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
}

export interface OpenResult {
  /** Orders that came, by the second of the run in which they were answered. */
  readonly placed: readonly number[];
  /** Refused with 503, in the same way. */
  readonly refused: readonly number[];
  /** Milliseconds until a refusal. */
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
  readonly placedP99Ms: number;
  /** All answers by status, or by what went wrong instead of one. */
  readonly answers: Readonly<Record<string, number>>;
  /** Orders that were due and for which there was no free connection: the generator could not keep up with its clock. */
  readonly unsent: number;
  /** Of one processor, how much the generator used itself. */
  readonly ownShare: number;
}

/** More than the gateway has places, so that it is the gateway that refuses. */
const CONNECTIONS = 2_048;
const TICK_MS = 5;
/** How long answers are still waited for. */
const LAST_ANSWERS_MS = 6_000;

const quantile = (values: readonly number[], q: number): number => {
  const ascending = Float64Array.from(values).sort();
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * q))] ?? Number.NaN;
};

const createCount = (begunAt: number) => {
  const bySecond = { "201": [] as number[], "503": [] as number[] };
  const latencies = { "201": [] as number[], "503": [] as number[] };
  const answers: Record<string, number> = {};
  return {
    add(status: string, tookMs: number) {
      answers[status] = (answers[status] ?? 0) + 1;
      if (status !== "201" && status !== "503") return;
      const second = Math.floor((performance.now() - begunAt) / 1_000);
      bySecond[status][second] = (bySecond[status][second] ?? 0) + 1;
      latencies[status].push(tookMs);
    },
    result: (): Omit<OpenResult, "unsent" | "ownShare"> => ({
      placed: Array.from(bySecond["201"], (count) => count ?? 0),
      refused: Array.from(bySecond["503"], (count) => count ?? 0),
      refusedP50Ms: quantile(latencies["503"], 0.5),
      refusedP99Ms: quantile(latencies["503"], 0.99),
      placedP99Ms: quantile(latencies["201"], 0.99),
      answers,
    }),
  };
};

/** Connections that wait for something to send; each is given back when its answer has come. */
const openConnections = async (url: string, onAnswer: (status: string, nth: number) => void) => {
  const { hostname, port } = new URL(url);
  const connections: HttpConnection[] = [];
  for (let nth = 0; nth < CONNECTIONS; nth += 1)
    connections.push(
      await openConnection({
        hostname,
        port: Number(port),
        onAnswer: (status) => onAnswer(String(status), nth),
        onBroken: (reason) => onAnswer(reason, -1),
      }),
    );
  return connections;
};

const run = async ({ url, tokens, skus, perSecond, seconds }: OpenRequest): Promise<OpenResult> => {
  const { host } = new URL(url);
  const free: number[] = [...Array(CONNECTIONS).keys()];
  const sentAt: number[] = [];
  let count = createCount(0);
  const connections = await openConnections(url, (status, nth) => {
    count.add(status, performance.now() - (sentAt[nth] ?? Number.NaN));
    if (nth >= 0) free.push(nth);
  });
  const send = (nth: number) => {
    const body = `{"lines":[{"sku":"${pick(skus, 1)[0]}","quantity":1}]}`;
    sentAt[nth] = performance.now();
    connections[nth]?.send(
      `POST /v1/orders HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${tokens[nth % tokens.length]}\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  };
  const begunAt = performance.now();
  const cpuBefore = process.cpuUsage();
  count = createCount(begunAt);
  let [due, unsent] = [0, 0];
  while (performance.now() - begunAt < 1_000 * seconds) {
    const dueNow = Math.floor(((performance.now() - begunAt) / 1_000) * perSecond);
    for (; due < dueNow; due += 1) {
      const nth = free.pop();
      if (nth === undefined) unsent += 1;
      else send(nth);
    }
    await Bun.sleep(TICK_MS);
  }
  const cpu = process.cpuUsage(cpuBefore);
  const endMs = performance.now() + LAST_ANSWERS_MS;
  while (free.length < CONNECTIONS && performance.now() < endMs) await Bun.sleep(TICK_MS);
  for (const connection of connections) connection.close();
  return { ...count.result(), unsent, ownShare: (cpu.user + cpu.system) / 1e6 / seconds };
};

process.on("message", (request: OpenRequest) => {
  run(request).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`The orders failed: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
