// Orders by the clock: a process of its own, told by its parent what to do (see open-load.ts). An open model: who is refused does not come
// back, and who waits does not keep others from coming.

import { openConnectionPool } from "./connection-pool.ts";
import type { OpenRequest, OpenResult, OpenSecond } from "./open-load.ts";
import { pick, quantile } from "./statistics.ts";

const TICK_MS = 5;
/** Written in one go, at most: then what has arrived is read before more is sent, or answers would wait for the generator. */
const BURST_MAX = 32;
/** An order whose moment is so long ago is left out: a generator that was held up must not make up for it by a crowd. */
const OVERDUE_MS = 50;
/** How long answers are still waited for. */
const LAST_ANSWERS_MS = 6_000;

/** A second that is being counted. */
type Counted = {
  -readonly [Name in keyof OpenSecond]: OpenSecond[Name] extends number ? number : number[];
};

const createCount = (begunAt: () => number) => {
  const seconds: Counted[] = [];
  const placedIn: number[] = [];
  const answers: Record<string, number> = {};
  const secondOf = (at: number) => Math.max(0, Math.floor((at - begunAt()) / 1_000));
  const at = (moment: number): Counted => {
    const nth = secondOf(moment);
    while (seconds.length <= nth)
      seconds.push({ sent: 0, unsent: 0, placedMs: [], refusedMs: [], failed: 0 });
    return seconds[nth] as Counted;
  };
  return {
    sent(moment: number) {
      at(moment).sent += 1;
    },
    unsent(moment: number, orders: number) {
      at(moment).unsent += orders;
    },
    answered(answer: string, sentAt: number) {
      const now = performance.now();
      const tookMs = Math.round(100 * (now - sentAt)) / 100;
      answers[answer] = (answers[answer] ?? 0) + 1;
      const second = at(sentAt);
      if (answer === "201") second.placedMs.push(tookMs);
      else if (answer === "503") second.refusedMs.push(tookMs);
      else second.failed += 1;
      if (answer === "201") placedIn[secondOf(now)] = (placedIn[secondOf(now)] ?? 0) + 1;
    },
    result: () => ({ seconds, answers, placedIn: Array.from(placedIn, (count) => count ?? 0) }),
  };
};

type Count = ReturnType<typeof createCount>;
type Pool = Awaited<ReturnType<typeof openConnectionPool>>;

const requestsOf = ({ url, tokens, skus }: OpenRequest) => {
  const { host } = new URL(url);
  let nth = 0;
  return (): string => {
    const body = `{"lines":[{"sku":"${pick(skus, 1)[0]}","quantity":1}]}`;
    nth += 1;
    return (
      `POST /v1/orders HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${tokens[nth % tokens.length]}\r\n` +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
    );
  };
};

/** How late timers are: what has arrived waits for this loop as long as they do. */
const watchLag = () => {
  const lags: number[] = [];
  let due = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push(Math.max(0, now - due));
    due = now + TICK_MS;
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    return lags;
  };
};

/** Lets what has arrived be read. */
const giveWay = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Sends what is due until the phase is over; `beganAt` is by the clock, so that phases follow each other without a gap. */
const runPhase = async (
  { perSecond, seconds }: OpenRequest["phases"][number],
  beganAt: number,
  { pool, count, request }: { pool: Pool; count: Count; request: () => string },
): Promise<void> => {
  const endsAt = beganAt + 1_000 * seconds;
  let sent = 0;
  for (let now = performance.now(); now < endsAt; now = performance.now()) {
    const due = Math.floor(((now - beganAt) / 1_000) * perSecond);
    const overdue = due - sent - Math.ceil((OVERDUE_MS / 1_000) * perSecond) - 1;
    if (overdue > 0) {
      count.unsent(now, overdue);
      sent += overdue;
    }
    const burst = Math.min(due - sent, BURST_MAX);
    for (let nth = 0; nth < burst; nth += 1) {
      const at = performance.now();
      if (pool.send(request())) count.sent(at);
      else count.unsent(at, 1);
    }
    sent += burst;
    await (sent < due ? giveWay() : Bun.sleep(TICK_MS));
  }
};

const run = async (asked: OpenRequest): Promise<OpenResult> => {
  let begunAt = 0;
  const count = createCount(() => begunAt);
  const pool = await openConnectionPool(asked.url, asked.connections, count.answered);
  const request = requestsOf(asked);
  begunAt = performance.now();
  const [cpuBefore, lags] = [process.cpuUsage(), watchLag()];
  let at = begunAt;
  for (const phase of asked.phases) {
    await runPhase(phase, at, { pool, count, request });
    at += 1_000 * phase.seconds;
  }
  const [cpu, lagsMs] = [process.cpuUsage(cpuBefore), lags()];
  const elapsedMs = performance.now() - begunAt;
  const endMs = performance.now() + LAST_ANSWERS_MS;
  while (pool.underWay() > 0 && performance.now() < endMs) await Bun.sleep(TICK_MS);
  for (const sentAt of pool.close()) count.answered("no answer", sentAt);
  return {
    ...count.result(),
    lagP50Ms: quantile(lagsMs, 0.5),
    lagP99Ms: quantile(lagsMs, 0.99),
    ownShare: (cpu.user + cpu.system) / 1_000 / elapsedMs,
  };
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
