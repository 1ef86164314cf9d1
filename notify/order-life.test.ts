import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { EventEnvelope } from "../shared/contracts/envelope.ts";
import type { EventType, OrderSnapshot } from "../shared/contracts/events.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openShop);

type Status = OrderSnapshot["status"];
/** One change of an order, and the event that tells of it. */
interface Step {
  readonly status: Status;
  readonly type: Extract<EventType, `order.${string}`>;
}
const to = (status: Status): Step => ({ status, type: "order.status-changed" });
const confirmed: Step = { status: "confirmed", type: "order.confirmed" };
const changed: Step = { status: "confirmed", type: "order.lines-changed" };
const cancelled: Step = { status: "cancelled", type: "order.cancelled" };

/** Ways that an order can go once it is confirmed, from the state machine of orders. */
const ends: readonly (readonly Step[])[] = [
  [],
  [cancelled],
  [to("packed")],
  [to("packed"), cancelled],
  [to("packed"), to("shipped")],
  [to("packed"), to("shipped"), to("delivered")],
  [to("packed"), to("shipped"), to("delivered"), to("returned")],
];
const lives = fc.oneof(
  { weight: 1, arbitrary: fc.constant([{ status: "rejected", type: "order.rejected" } as Step]) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat({ max: 3 }), fc.constantFrom(...ends))
      .map(([changes, end]) => [confirmed, ...Array.from({ length: changes }, () => changed), ...end]),
  },
);

interface Tale {
  readonly life: readonly Step[];
  /** Places in the life, in the order in which the events come. */
  readonly order: readonly number[];
  readonly atOnce: number;
}

/** A life, how often each of its events comes, in what order they all come, and how many at once. */
const tales: fc.Arbitrary<Tale> = lives.chain((life: readonly Step[]) =>
  fc.record({
    life: fc.constant(life),
    order: fc
      .tuple(
        ...life.map((_, i) => fc.integer({ min: 1, max: 3 }).map((times) => Array<number>(times).fill(i))),
      )
      .chain((copies) => {
        const all = copies.flat();
        return fc.shuffledSubarray(all, { minLength: all.length });
      }),
    atOnce: fc.integer({ min: 1, max: 5 }),
  }),
);

const headlined: readonly Status[] = ["rejected", "shipped", "delivered", "cancelled"];
const headlineWords: Readonly<Partial<Record<Status, RegExp>>> = {
  rejected: /could not be accepted/,
  shipped: /is on its way\./,
  delivered: /has been delivered/,
  cancelled: /has been cancelled/,
};
const statusWords: Readonly<Record<Status, string>> = {
  ...{ pending: "Being checked", confirmed: "Confirmed", rejected: "Rejected", packed: "Packed" },
  ...{ shipped: "On its way", delivered: "Delivered", cancelled: "Cancelled", returned: "Returned" },
};

/** Every version has a total of its own, so that what a card shows tells which it is. */
const CENTS_BEFORE_VERSION = 100_000;
const versionShown = (text: string): number => {
  const [, whole = "0", cents = "0"] = /Total: €([\d,]+)\.(\d\d)/.exec(text) ?? [];
  return Number(whole.replaceAll(",", "")) * 100 + Number(cents) - CENTS_BEFORE_VERSION;
};

let nextNumber = 1;

test("notify-19: whatever order its events come in and however often, an order has one card, which never moves back and ends right, and each headline once", async () => {
  const shop = await open();
  const second = shop.make();
  await second.start();
  await shop.known(shop.buyer);
  const { database, sandbox, buyer, person } = shop;

  /** Tells the tale, and comes back when all of it has been told to the buyer. */
  const tell = async ({ life, order, atOnce }: Tale) => {
    const number = `L-${nextNumber++}`;
    const first = orderOf(buyer, { number });
    const events: EventEnvelope[] = life.map(({ status, type }, i) => {
      const version = i + 2;
      const total = { amountMinor: CENTS_BEFORE_VERSION + version, currency: "EUR" };
      const snapshot = { ...first, status, version, total };
      const before = i === 0 ? "pending" : (life[i - 1]?.status ?? null);
      return envelopeOf(type, first.id, dataOf(snapshot, before), { id: newId(), sequence: version });
    });
    const copies = order.flatMap((i) => events[i] ?? []);
    for (let at = 0; at < copies.length; at += atOnce) await shop.publish(...copies.slice(at, at + atOnce));
    const ids = sql.param(events.map(({ id }) => id));
    await waitFor(
      async () => {
        const { rows } = await database.db.execute<{ heard: number; open: number }>(sql`select
          (select count(*)::int from inbox where event_id = any(${ids}::uuid[])) as heard,
          (select count(*)::int from delivery where state in ('pending', 'sending')) as open`);
        return rows[0]?.heard === events.length && rows[0].open === 0;
      },
      { timeoutMs: 20_000, what: "all to be told" },
    );
    return { number, last: life.at(-1), version: life.length + 1 };
  };

  await fc.assert(
    fc.asyncProperty(tales, async (tale) => {
      const { number, last, version } = await tell(tale);
      const mine = (text: unknown) => String(text).includes(number);
      const messages = shop.inbox().filter(({ text }) => mine(text));
      const cards = messages.filter(({ text }) => text.startsWith(`Order ${number}\n`));
      expect(cards).toHaveLength(1);
      expect(cards[0]?.text).toContain(statusWords[last?.status ?? "pending"]);
      expect(versionShown(cards[0]?.text ?? "")).toBe(version);

      const shown = sandbox
        .outbox()
        .filter(
          ({ params, status }) => status === 200 && Number(params.chat_id) === person.id && mine(params.text),
        )
        .map(({ params }) => versionShown(String(params.text)))
        .filter((one) => one > 0);
      expect(shown).toEqual([...new Set(shown)].toSorted((a, b) => a - b));

      const statuses = new Set(tale.life.map(({ status }) => status));
      for (const status of headlined) {
        const told = messages.filter(
          ({ text }) => headlineWords[status]?.test(text) && !text.startsWith("Order "),
        );
        // A rejected order has never had a card: the card says it, and is news enough.
        const expected = status !== "rejected" && statuses.has(status) ? 1 : 0;
        expect([status, told.length]).toEqual([status, expected]);
      }
    }),
    { numRuns: 30, endOnFailure: true },
  );
  await second.stop();
});
