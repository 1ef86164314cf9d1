import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import type { Notice } from "../domain/notice.ts";
import { telegramPace } from "../domain/pace.ts";
import { openStore, orderAlert, outcomeOf, sentAs } from "../testing/open-store.ts";
import type { ClaimedMessage } from "../usecases/delivery-ports.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openStore);
type Store = Awaited<ReturnType<typeof openStore>>;

const stock = (sku: string, available: number) =>
  ({ template: "stock-low", sku, available, threshold: 5, version: 1 }) as const;

type Step =
  | { readonly kind: "arrive"; readonly orders: number; readonly low: number; readonly out: number }
  | { readonly kind: "claim"; readonly workers: number }
  /** What comes of the oldest message under way; `lost`: its worker dies. */
  | { readonly kind: "end"; readonly how: "sent" | "refused" | "lost" }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "upkeep" };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("arrive" as const),
    orders: fc.nat({ max: 4 }),
    low: fc.nat({ max: 2 }),
    out: fc.nat({ max: 1 }),
  }),
  fc.record({ kind: fc.constant("claim" as const), workers: fc.integer({ min: 1, max: 3 }) }),
  fc.record({
    kind: fc.constant("end" as const),
    how: fc.constantFrom("sent" as const, "sent" as const, "refused" as const, "lost" as const),
  }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 30_000 }) }),
  fc.constant({ kind: "upkeep" as const }),
);

/** Does what the steps say with the alerts of one admin, then lets the rest go out. */
const play = async (store: Store, script: readonly Step[]) => {
  const boss = await store.person();
  const arrived: string[] = [];
  const underWay: ClaimedMessage[] = [];
  const told: ClaimedMessage[] = [];
  const lost: ClaimedMessage[] = [];
  let number = 0;

  const claim = async (workers: number) => {
    const claims = await Promise.all(Array.from({ length: workers }, () => store.claim()));
    const messages = claims.flatMap((one) => one.messages);
    expect(messages.length).toBeLessThanOrEqual(1);
    underWay.push(...messages);
  };
  const end = async (how: "sent" | "refused" | "lost") => {
    const message = underWay.shift();
    if (message === undefined) return;
    if (how === "lost") return void lost.push(message);
    const now = store.clock.now();
    const nextAt = new Date(now.getTime() + 1_000);
    const again = { state: "pending", reason: "429", telegramMessageId: null, nextAt } as const;
    await store.deliveries.record(
      [outcomeOf(message, how === "sent" ? sentAs(told.length + 1) : again)],
      now,
    );
    if (how === "sent") told.push(message);
  };
  const pass = async (ms: number) => {
    store.clock.advance(ms);
    const claims = underWay.map(({ claimId }) => claimId);
    if (claims.length > 0)
      await store.deliveries.keep(claims, new Date(store.clock.now().getTime() + 10_000));
    await store.deliveries.sweep(store.clock.now());
  };
  const take = async (step: Step) => {
    switch (step.kind) {
      case "arrive": {
        const notices = [
          ...Array.from({ length: step.orders }, () => orderAlert(`K-${++number}`)),
          ...Array.from({ length: step.low }, (_, i) => stock(`S-${i}`, 1)),
          ...Array.from({ length: step.out }, () => stock("S-0", 0)),
        ];
        arrived.push(...(await store.enqueue(boss.userId, notices)).map(({ id }) => id));
        return;
      }
      case "claim":
        return claim(step.workers);
      case "end":
        return end(step.how);
      case "pass":
        return pass(step.ms);
      case "upkeep":
        await store.lanes.removeEmpty(store.clock.now());
        return store.pace.prune(store.clock.now());
      default:
        return step satisfies never;
    }
  };
  for (const step of script) await take(step);
  for (let turns = 0; turns < 20; turns += 1) {
    await pass(61_000);
    await end("sent");
    await claim(1);
    await end("sent");
  }
  return { arrived, told, lost };
};

const idsOf = (messages: readonly ClaimedMessage[]): string[] =>
  messages.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));

describe("alerts of one admin", () => {
  test("are each in exactly one message, whatever comes in whatever order and whoever dies", async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (script) => {
        const { arrived, told, lost } = await play(store, script);
        expect([...idsOf(told), ...idsOf(lost)].sort()).toEqual(arrived.sort());
        for (const id of idsOf(lost))
          expect(await store.deliveries.find(id)).toMatchObject({ state: "unknown" });
        for (const [i, { deliveries }] of told.entries())
          for (const { id } of deliveries)
            expect(await store.deliveries.find(id)).toMatchObject({
              state: "sent",
              telegramMessageId: i + 1,
            });
      }),
      { numRuns: 25 },
    );
  });

  test("go out singly while they are few, and all that waits as one once they are many", async () => {
    const store = await open();
    const boss = await store.person();
    const sizes: number[] = [];
    for (let second = 0; second < 30; second += 1) {
      await store.enqueue(boss.userId, [orderAlert(`K-${second}a`), orderAlert(`K-${second}b`)]);
      const { messages } = await store.claim();
      sizes.push(...messages.map(({ deliveries }) => deliveries.length));
      await store.sent(messages);
      store.clock.advance(1_000);
    }
    expect(sizes).toEqual([2, 2, 2, 2, 2, 12, 20]);
  });

  test("of stock come once a minute, but for what is sold out, which takes the waiting ones along", async () => {
    const store = await open();
    const boss = await store.person();
    await store.enqueue(boss.userId, [stock("A", 2)]);
    await store.sent((await store.claim()).messages);
    await store.enqueue(boss.userId, [stock("B", 2), stock("C", 2)]);
    expect((await store.claim()).messages).toEqual([]);
    await store.enqueue(boss.userId, [stock("D", 0)]);
    const urgent = await store.claim();
    expect(urgent.messages.map(({ deliveries }) => deliveries.length)).toEqual([3]);
    await store.sent(urgent.messages);
    await store.enqueue(boss.userId, [stock("E", 2)]);
    expect((await store.claim()).messages).toEqual([]);
    store.clock.advance(60_000);
    expect((await store.claim()).messages).toHaveLength(1);
  });
});

test("news of one order that wait are taken together, those of others are not", async () => {
  const store = await open();
  const ada = await store.person();
  const [one, other] = [newId(), newId()];
  const card = (orderId: string, version: number): Notice => ({
    template: "order-card",
    number: "K-1",
    status: "confirmed",
    lines: [],
    reason: null,
    total: { amountMinor: 1, currency: "USD" },
    ...{ orderId, version },
  });
  const rows = await store.enqueue(ada.userId, [card(one, 2), card(other, 2), card(one, 3)], "transactional");
  const [first] = (await store.claim()).messages;
  expect(first?.deliveries.map(({ id }) => id)).toEqual([rows[0]?.id ?? "", rows[2]?.id ?? ""]);
});

describe("a lane", () => {
  test("that is being filled while it is removed is there afterwards", async () => {
    const store = await open({ paces: telegramPace(1_000) });
    const boss = await store.person();
    for (let n = 0; n < 40; n += 1) {
      const filling = store.enqueue(boss.userId, [orderAlert(`K-${n}`)]);
      await Promise.all([filling, store.lanes.removeEmpty(store.clock.now())]);
      const { messages } = await store.claim();
      expect(messages).toHaveLength(1);
      await store.sent(messages);
      store.clock.advance(60_000);
    }
  });

  test("goes when it is empty and its pace has recovered, and is made anew where it is missing", async () => {
    const store = await open();
    const boss = await store.person();
    const count = async () => (await store.db.execute("select 1 from delivery_lane")).rows.length;
    await store.enqueue(boss.userId, [orderAlert("K-1")]);
    await store.sent((await store.claim()).messages);
    await store.lanes.removeEmpty(store.clock.now());
    expect(await count()).toBe(1);
    store.clock.advance(10_000);
    await store.lanes.removeEmpty(store.clock.now());
    expect(await count()).toBe(0);
    await store.enqueue(boss.userId, [orderAlert("K-2")]);
    await store.db.execute("delete from delivery_lane");
    expect((await store.claim()).messages).toEqual([]);
    await store.lanes.restore(store.clock.now());
    expect((await store.claim()).messages).toHaveLength(1);
  });
});
