// The load of reads: a process of its own, told by its parent what to do (see reads.ts). A closed model: each client sends its next
// request when the one before has been answered.

import { type HttpConnection, openConnection } from "./http-connection.ts";
import type { ReadsRequest, ReadsResult } from "./reads.ts";
import { quantile } from "./statistics.ts";

/** The one right answer; others are counted, and are no reads. */
const READ = "200";

/** What one round counts, by the time at which an answer came. */
const createCount = (beginMs: number, endMs: number) => {
  const answers: Record<string, number> = {};
  const latencies: number[] = [];
  return {
    add(status: string, latencyMs: number, now: number) {
      answers[status] = (answers[status] ?? 0) + 1;
      if (status === READ && now >= beginMs && now < endMs) latencies.push(latencyMs);
    },
    answers,
    latencies,
  };
};

type Count = ReturnType<typeof createCount>;

/** Reads one path after the other until the time is up; resolves when the last one is answered. */
const read = ({ url, paths }: ReadsRequest, first: number, endMs: number, count: Count): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { hostname, port, host } = new URL(url);
  let sentAt = 0;
  let nth = first;
  let connection: HttpConnection | null = null;
  const next = (now: number) => {
    sentAt = now;
    if (now >= endMs) {
      connection?.close();
      return resolve();
    }
    nth += 1;
    // Made when it is sent: a hundred thousand paths for each client would not fit into memory.
    connection?.send(`GET ${paths[nth % paths.length]} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  };
  const onAnswer = (status: number) => {
    const now = performance.now();
    count.add(String(status), now - sentAt, now);
    next(now);
  };
  const onBroken = (reason: string) => {
    count.add(reason, 0, performance.now());
    resolve();
  };
  openConnection({ hostname, port: Number(port), onAnswer, onBroken }).then(
    (opened) => {
      connection = opened;
      next(performance.now());
    },
    (error: Error) => onBroken(error.message),
  );
  return promise;
};

const run = async (request: ReadsRequest): Promise<ReadsResult> => {
  const { clients, paths, warmUpMs, measureMs } = request;
  const beginMs = performance.now() + warmUpMs;
  const endMs = beginMs + measureMs;
  const count = createCount(beginMs, endMs);
  const [cpuBefore, begunAt] = [process.cpuUsage(), performance.now()];
  // Each client begins elsewhere in the list, so that they do not all ask for the same at the same time.
  const firstOf = (nth: number) => Math.floor((nth * paths.length) / clients);
  await Promise.all(Array.from({ length: clients }, (_, nth) => read(request, firstOf(nth), endMs, count)));
  const cpu = process.cpuUsage(cpuBefore);
  const elapsedMs = performance.now() - begunAt;
  const ascending = Float64Array.from(count.latencies).sort();
  return {
    answers: count.answers,
    perSecond: ascending.length / (measureMs / 1_000),
    p50Ms: quantile(ascending, 0.5),
    p99Ms: quantile(ascending, 0.99),
    ownShare: (cpu.user + cpu.system) / 1_000 / elapsedMs,
  };
};

process.on("message", (request: ReadsRequest) => {
  run(request).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`The reads failed: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
