// A process of its own for a flood of orders, so that whoever measures is not slowed down by sending. It is started by `openFlood`.

import type { FloodAnswer, FloodResult, FloodWork } from "./flood.ts";
import { measureContention, withStalls } from "./stall-watch.ts";

const TICK_MS = 5;
const DEADLINE_MS = 15_000;

const order = async (
  { url, tokens, sku }: FloodWork,
  nth: number,
  startedAt: number,
): Promise<FloodAnswer> => {
  const sentAt = performance.now();
  const answered = (status: number | null, retryAfter: boolean): FloodAnswer => ({
    ...{ status, retryAfter, tookMs: performance.now() - sentAt, endedMs: performance.now() - startedAt },
  });
  try {
    const response = await fetch(`${url}/v1/orders`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${tokens[nth % tokens.length]}` },
      body: JSON.stringify({ lines: [{ sku, quantity: 1 }] }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const end = answered(response.status, response.headers.has("retry-after"));
    await response.arrayBuffer();
    return end;
  } catch {
    return answered(null, false);
  }
};

/** Each client sends its next order when the one before is answered. */
const closed = async (work: FloodWork, clients: number): Promise<FloodAnswer[]> => {
  const startedAt = performance.now();
  const answers: FloodAnswer[] = [];
  let nth = 0;
  const client = async () => {
    while (performance.now() - startedAt < work.forMs) answers.push(await order(work, nth++, startedAt));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
};

/** Orders by the clock, whatever becomes of those before. */
const open = async (work: FloodWork, perSecond: number): Promise<FloodAnswer[]> => {
  const startedAt = performance.now();
  const sent: Promise<FloodAnswer>[] = [];
  for (let elapsedMs = 0; elapsedMs < work.forMs; elapsedMs = performance.now() - startedAt) {
    const due = Math.floor((elapsedMs / 1_000) * perSecond);
    while (sent.length < due) sent.push(order(work, sent.length, startedAt));
    await Bun.sleep(TICK_MS);
  }
  return Promise.all(sent);
};

const send = async (work: FloodWork): Promise<FloodResult> => {
  const contentionBefore = measureContention();
  const before = process.cpuUsage();
  const begunAt = performance.now();
  const { result: answers, ...stalls } = await withStalls(() =>
    "clients" in work ? closed(work, work.clients) : open(work, work.perSecond),
  );
  const { user, system } = process.cpuUsage(before);
  const processors = (user + system) / 1_000 / (performance.now() - begunAt);
  return { answers, ...stalls, processors, contention: Math.max(contentionBefore, measureContention()) };
};

process.on("message", async (work: FloodWork) => {
  process.send?.(await send(work));
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
