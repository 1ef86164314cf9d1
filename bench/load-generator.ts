// The load: a process of its own, told by its parent what to do (see load.ts). A closed model: each client sends its next order
// when the one before has been answered.

import { type HttpConnection, openConnection } from "./http-connection.ts";
import type { LoadRequest, LoadResult } from "./load.ts";
import { pick, quantile } from "./statistics.ts";

/** The one right answer; others are counted, and are no orders. */
const PLACED = "201";

const orderOf = ({ skus, linesPerOrder }: LoadRequest): string =>
  `{"lines":[${pick(skus, linesPerOrder)
    .map((sku) => `{"sku":"${sku}","quantity":1}`)
    .join()}]}`;

/** What one round counts, by the time at which an answer came. */
const createCount = (beginMs: number, endMs: number) => {
  const answers: Record<string, number> = {};
  const latencies: number[] = [];
  return {
    add(status: string, latencyMs: number) {
      answers[status] = (answers[status] ?? 0) + 1;
      const now = performance.now();
      if (status === PLACED && now >= beginMs && now < endMs) latencies.push(latencyMs);
    },
    answers,
    latencies,
  };
};

type Count = ReturnType<typeof createCount>;

/** Orders one after the other until the time is up; resolves when the last one is answered. */
const shop = (
  request: LoadRequest,
  token: string,
  name: string,
  endMs: number,
  count: Count,
): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { hostname, port } = new URL(request.url);
  const head = `POST ${request.path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  let sentAt = 0;
  let sent = 0;
  let connection: HttpConnection | null = null;
  const next = () => {
    sentAt = performance.now();
    if (sentAt >= endMs) {
      connection?.close();
      return resolve();
    }
    const body = orderOf(request);
    const key = request.keys ? `idempotency-key: ${name}-${sent++}\r\n` : "";
    connection?.send(`${head}${key}content-length: ${body.length}\r\n\r\n${body}`);
  };
  const onAnswer = (status: number) => {
    count.add(String(status), performance.now() - sentAt);
    next();
  };
  const onBroken = (reason: string) => {
    count.add(reason, performance.now() - sentAt);
    resolve();
  };
  openConnection({ hostname, port: Number(port), onAnswer, onBroken }).then(
    (opened) => {
      connection = opened;
      next();
    },
    (error: Error) => onBroken(error.message),
  );
  return promise;
};

const run = async (request: LoadRequest): Promise<LoadResult> => {
  const beginMs = performance.now() + request.warmUpMs;
  const endMs = beginMs + request.measureMs;
  const count = createCount(beginMs, endMs);
  const name = crypto.randomUUID();
  const cpuBefore = process.cpuUsage();
  await Promise.all(
    Array.from({ length: request.clients }, (_, i) =>
      shop(request, request.tokens[i % request.tokens.length] ?? "", `${name}-${i}`, endMs, count),
    ),
  );
  const cpu = process.cpuUsage(cpuBefore);
  const ascending = Float64Array.from(count.latencies).sort();
  return {
    answers: count.answers,
    perSecond: ascending.length / (request.measureMs / 1_000),
    p50Ms: quantile(ascending, 0.5),
    p99Ms: quantile(ascending, 0.99),
    cpuMs: (cpu.user + cpu.system) / 1_000,
  };
};

process.on("message", (request: LoadRequest) => {
  run(request).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`The load generator failed: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
