import { expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import { fakeClock } from "../shared/testing/fake-clock.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { CLAIM_MS } from "./delivery-claims.ts";
import { createDeliveryWorker } from "./delivery-worker.ts";
import type { Delivery } from "./domain/delivery.ts";
import type { DeliveryQueue } from "./usecases/ports.ts";

const START = new Date("2026-01-01T12:00:00.000Z");

const delivery: Delivery = {
  id: newId(),
  userId: newId(),
  class: "transactional",
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

/** A queue with one delivery, that remembers what was asked of it, in order. The answers of its first claims are lost. */
const queueOfOne = (lostAnswers = 0) => {
  const waiting = [delivery];
  const asked: string[] = [];
  const claims: string[] = [];
  const taken: string[] = [];
  const kept: { ids: readonly string[]; until: Date }[] = [];
  const queue: DeliveryQueue = {
    async claim(id) {
      claims.push(id);
      if (claims.length <= lostAnswers) throw unavailable("The database went away.");
      return waiting.splice(0);
    },
    async unclaim(id) {
      taken.push(id);
    },
    async keep(ids, until) {
      asked.push("keep");
      kept.push({ ids, until });
    },
    async sweep() {
      asked.push("sweep");
      return [];
    },
  };
  return { queue, asked, kept, claims, taken };
};

test("the claim on a message that takes long is prolonged, and before anybody looks for dead ones", async () => {
  const { queue, asked, kept } = queueOfOne();
  const clock = fakeClock(START);
  const sending = Promise.withResolvers<null>();
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
  expect(kept[0]).toEqual({ ids: [delivery.id], until: new Date(clock.now().getTime() + CLAIM_MS) });
  await waitFor(() => asked.at(-1) === "sweep");
  expect(asked.slice(asked.indexOf("keep"), asked.indexOf("keep") + 2)).toEqual(["keep", "sweep"]);
  sending.resolve(null);
  await worker.stop();
});

test("a claim whose answer was lost is taken back before the next one", async () => {
  const { queue, claims, taken } = queueOfOne(1);
  const sent = Promise.withResolvers<void>();
  const worker = createDeliveryWorker({
    deliveries: queue,
    send: async () => {
      sent.resolve();
      return null;
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
