import { expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { CLAIM_MS } from "./delivery-claims.ts";
import { createDeliveryWorker } from "./delivery-worker.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { ClaimedMessage, DeliveryQueue, Recorded } from "./usecases/delivery-ports.ts";

const START = new Date("2026-01-01T12:00:00.000Z");

const delivery: Delivery = {
  id: newId(),
  userId: newId(),
  class: "transactional",
  channel: "telegram",
  notice: { template: "stock-low", sku: "MUG", available: 1, threshold: 5 },
  state: "sending",
  attempts: 1,
  telegramMessageId: null,
  reason: null,
  nextAt: START,
  expiresAt: new Date(START.getTime() + 3_600_000),
  createdAt: START,
  updatedAt: START,
};

/** A message of one delivery; somebody else's each time. */
const another = (): ClaimedMessage => {
  const [id, userId] = [newId(), newId()];
  return {
    claimId: newId(),
    userId,
    lane: "news",
    deliveries: [{ ...delivery, id, userId }],
    recipient: null,
  };
};
const only: ClaimedMessage = { ...another(), userId: delivery.userId, deliveries: [delivery] };

const recordedOf = ({ deliveries }: ClaimedMessage, hasNext: boolean): Recorded => ({ deliveries, hasNext });

/** A queue with one delivery, that remembers what was asked of it, in order. The answers of its first claims are lost. */
const queueOfOne = (lostAnswers = 0) => {
  const waiting = [only];
  const asked: string[] = [];
  const claims: string[] = [];
  const taken: string[] = [];
  const given: string[] = [];
  const kept: { ids: readonly string[]; until: Date }[] = [];
  const queue: DeliveryQueue = {
    async claim(id) {
      claims.push(id);
      if (claims.length <= lostAnswers) throw unavailable("The database went away.");
      return { messages: waiting.splice(0), nextAt: null, notBefore: null };
    },
    async unclaim(id) {
      taken.push(id);
    },
    async keep(ids, until) {
      asked.push("keep");
      kept.push({ ids, until });
    },
    async giveUp(ids) {
      given.push(...ids);
      return [];
    },
    async sweep() {
      asked.push("sweep");
      return [];
    },
  };
  return { queue, asked, kept, claims, taken, given };
};

test("the claim on a message that takes long is prolonged, and before anybody looks for dead ones", async () => {
  const { queue, asked, kept } = queueOfOne();
  const clock = fakeClock(START);
  const sending = Promise.withResolvers<Recorded>();
  const begun = Promise.withResolvers<void>();
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: () => {
      begun.resolve();
      return sending.promise;
    },
    announce: () => undefined,
    clock,
    newId,
    log: silentLogger(),
    pollMs: 1,
  });
  worker.start();
  await begun.promise;
  expect(kept).toEqual([]);
  clock.advance(CLAIM_MS / 2);
  await waitFor(() => kept.length > 0, { what: "the claim to be prolonged" });
  expect(kept[0]).toEqual({ ids: [only.claimId], until: new Date(clock.now().getTime() + CLAIM_MS) });
  await waitFor(() => asked.at(-1) === "sweep");
  expect(asked.slice(asked.indexOf("keep"), asked.indexOf("keep") + 2)).toEqual(["keep", "sweep"]);
  sending.resolve(recordedOf(only, false));
  await worker.stop();
});

/** A worker that nobody's poll wakes, over a queue that answers each claim with what the test has put there. */
const unpolled = (send: (message: ClaimedMessage) => Promise<Recorded>) => {
  const waiting: ClaimedMessage[] = [];
  const claims: number[] = [];
  const { queue } = queueOfOne();
  const worker = createDeliveryWorker({
    deliveries: {
      ...queue,
      async claim(_id, limit) {
        claims.push(limit);
        return { messages: waiting.splice(0, limit), nextAt: null, notBefore: null };
      },
    },
    send,
    announce: () => undefined,
    clock: fakeClock(START),
    newId,
    log: silentLogger(),
    pollMs: 60_000,
  });
  return { worker, waiting, claims };
};

test("the queue is asked once for a message after which nothing waits", async () => {
  const ended = Promise.withResolvers<void>();
  const { worker, waiting, claims } = unpolled(async (sent) => {
    setImmediate(ended.resolve);
    return recordedOf(sent, false);
  });
  waiting.push(another());
  worker.start();
  await ended.promise;
  await worker.stop();
  expect(claims).toEqual([3]);
});

test("after a message the next of its person is asked for at once", async () => {
  const both = Promise.withResolvers<void>();
  let sent = 0;
  const { worker, waiting } = unpolled(async (message) => {
    sent += 1;
    if (sent === 1) waiting.push(another());
    if (sent === 2) both.resolve();
    return recordedOf(message, sent === 1);
  });
  waiting.push(another());
  worker.start();
  await both.promise;
  await worker.stop();
});

test("what found no slot is asked for as soon as one is free", async () => {
  const all = Promise.withResolvers<void>();
  let sent = 0;
  const { worker, waiting, claims } = unpolled(async (message) => {
    sent += 1;
    if (sent === 7) all.resolve();
    return recordedOf(message, false);
  });
  waiting.push(...Array.from({ length: 7 }, another));
  worker.start();
  await all.promise;
  await worker.stop();
  expect(claims.length).toBeLessThanOrEqual(7);
});

test("a message that a claim passed over while its person's was under way follows, even if nobody saw it wait", async () => {
  const begun = Promise.withResolvers<void>();
  const first = Promise.withResolvers<Recorded>();
  const second = Promise.withResolvers<void>();
  let sent = 0;
  const { worker, waiting, claims } = unpolled(async (message) => {
    sent += 1;
    if (sent === 1) {
      begun.resolve();
      return first.promise;
    }
    second.resolve();
    return recordedOf(message, false);
  });
  waiting.push(only);
  worker.start();
  await begun.promise;
  worker.wake();
  await waitFor(() => claims.length === 2, { what: "a claim that finds nothing" });
  waiting.push({ ...another(), userId: only.userId });
  first.resolve(recordedOf(only, false));
  await second.promise;
  await worker.stop();
});

test("a claim whose answer was lost is taken back before the next one", async () => {
  const { queue, claims, taken } = queueOfOne(1);
  const sent = Promise.withResolvers<void>();
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: async (message) => {
      sent.resolve();
      return recordedOf(message, false);
    },
    announce: () => undefined,
    clock: fakeClock(START),
    newId,
    log: silentLogger(),
    pollMs: 1,
    failurePauseMs: 1,
  });
  worker.start();
  await sent.promise;
  await worker.stop();
  expect(taken).toEqual(claims.slice(0, 1));
});

test("notify-27: a message that takes longer than a stop may wait is given up at once, and a stop claims nothing more", async () => {
  const { queue, claims, given } = queueOfOne();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Recorded>();
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: () => {
      begun.resolve();
      return ended.promise;
    },
    announce: () => undefined,
    clock: fakeClock(START),
    newId,
    log: silentLogger(),
    finishWaitMs: 1,
  });
  worker.start();
  await begun.promise;
  await worker.stop();
  expect(given).toEqual([only.claimId]);
  const before = claims.length;
  worker.wake();
  ended.resolve(recordedOf(only, false));
  await ended.promise;
  expect(claims).toHaveLength(before);
});

test("notify-27: a message that ends while the worker stops is recorded and not given up", async () => {
  const { queue, given } = queueOfOne();
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Recorded>();
  const announced: string[] = [];
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: () => {
      begun.resolve();
      return ended.promise;
    },
    announce: ({ id }) => void announced.push(id),
    clock: fakeClock(START),
    newId,
    log: silentLogger(),
  });
  worker.start();
  await begun.promise;
  const stopped = worker.stop();
  ended.resolve(recordedOf(only, false));
  await stopped;
  expect(given).toEqual([]);
  expect(announced).toEqual([delivery.id]);
});

test("notify-27: the claim on a message that a stop waits for is prolonged, so that nobody takes its person's next one", async () => {
  const { queue, kept, given } = queueOfOne();
  const clock = fakeClock(START);
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Recorded>();
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: () => {
      begun.resolve();
      return ended.promise;
    },
    announce: () => undefined,
    clock,
    newId,
    log: silentLogger(),
  });
  worker.start();
  await begun.promise;
  const stopped = worker.stop();
  clock.advance(CLAIM_MS / 2);
  const prolonged = await waitFor(() => kept[0], { what: "the claim to be prolonged", timeoutMs: 10_000 });
  expect(prolonged).toEqual({ ids: [only.claimId], until: new Date(clock.now().getTime() + CLAIM_MS) });
  ended.resolve(recordedOf(only, false));
  await stopped;
  expect(given).toEqual([]);
});
