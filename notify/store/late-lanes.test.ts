import { expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import type { BroadcastNotice } from "../domain/broadcast-notice.ts";
import type { OrderHeadlineNotice } from "../domain/order-notice.ts";
import type { BackInStockNotice } from "../domain/stock-notice.ts";
import { openStore } from "../testing/open-store.ts";
import { createPreferenceStore } from "./preference-store.ts";

setDefaultTimeout(60_000);

const sale: BroadcastNotice = {
  template: "broadcast",
  broadcastId: newId(),
  texts: { en: "Sale", ar: "تخفيضات" },
};
const back: BackInStockNotice = { template: "back-in-stock", sku: "MUG", version: 2 };
const shipped = (): OrderHeadlineNotice => ({
  ...{ template: "order-headline", orderId: newId(), number: "K-1" },
  ...{ status: "shipped", reason: null },
});

/** A store under Telegram's pace, with people who want advertising. */
const open = closedAfterEach(async () => {
  const store = await openStore();
  const preferences = createPreferenceStore(store.database);
  const wanting = async () => {
    const person = await store.person();
    const change = () => ({ choices: { marketing: true }, quietHours: null, language: null, channels: {} });
    await preferences.update(person.userId, change, store.clock.now());
    return person;
  };
  /** What the next second lets out, in the order in which it goes. */
  const nextSecond = async (): Promise<string[]> => {
    const gone: string[] = [];
    for (let step = 0; step < 20; step++) {
      store.clock.advance(50);
      const { messages } = await store.claim();
      gone.push(...messages.flatMap(({ deliveries }) => deliveries.map(({ notice }) => notice.template)));
      if (messages.length > 0) await store.sent(messages);
    }
    return gone;
  };
  return { ...store, wanting, nextSecond };
});

test("notify-14: while many broadcasts wait, news of an order goes next, then what was waited for", async () => {
  const { wanting, enqueue, nextSecond, clock } = await open();
  const people = await Promise.all(Array.from({ length: 120 }, wanting));
  for (const { userId } of people) await enqueue(userId, [sale], "broadcast");
  // They have waited for longer than alerts let customers go first.
  clock.advance(15_000);
  expect((await nextSecond()).every((template) => template === "broadcast")).toBe(true);
  for (const { userId } of people.slice(-2)) await enqueue(userId, [shipped()], "transactional");
  for (const { userId } of people.slice(-4, -2)) await enqueue(userId, [back], "transactional");
  const gone = await nextSecond();
  expect(gone.slice(0, 4)).toEqual(["order-headline", "order-headline", "back-in-stock", "back-in-stock"]);
  expect(gone.length).toBeGreaterThan(4);
});

test("notify-23: broadcasts to one person go out one by one, never as one message", async () => {
  const { wanting, enqueue, claim, sent, clock } = await open();
  const { userId } = await wanting();
  await enqueue(userId, [sale, { ...sale, broadcastId: newId() }], "broadcast");
  const sizes: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    clock.advance(2_000);
    const { messages } = await claim();
    sizes.push(...messages.map(({ deliveries }) => deliveries.length));
    await sent(messages);
  }
  expect(sizes).toEqual([1, 1]);
});
