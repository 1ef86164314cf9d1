import { sql } from "drizzle-orm";
import { z } from "zod";
import { openRush, tally } from "../../e2e/rush.ts";
import type { CallRecord, Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes } from "./act-notes.ts";
import { inDatabase } from "./breaking.ts";
import { sellSomethingNew } from "./new-goods.ts";
import { firstFew, readOrders } from "./rows.ts";

const NAME = "retries-are-safe";
const TIMES = 50;
const PLENTY = 1_000;

const notesSchema = z.object({
  key: z.string(),
  times: z.int(),
  told: z.record(z.string(), z.int()),
  /** Different bodies and orders that those with the same key were told of. */
  bodies: z.int(),
  orders: z.int(),
  /** Answers that were not said to be a repetition. */
  first: z.int(),
  toldOtherBody: z.record(z.string(), z.int()),
});
type Notes = z.infer<typeof notesSchema>;

/** One order fifty times at once under one key, and then something else under it. */
const play = async (shop: ShopUnderProof): Promise<Notes> => {
  const sku = await sellSomethingNew(shop, PLENTY);
  const key = crypto.randomUUID();
  const order = (quantity: number) => ({
    ...{ token: shop.buyers[0]?.accessToken ?? "", key, body: { lines: [{ sku, quantity }], note: key } },
  });
  const rush = await openRush();
  try {
    const same = Array.from({ length: TIMES }, () => order(1));
    const answers = await rush.place({ url: shop.url, orders: same, patience: true });
    const others = same.map(() => order(2));
    const refusals = await rush.place({ url: shop.url, orders: others, patience: true });
    return {
      ...{ key, times: TIMES, told: tally(answers), toldOtherBody: tally(refusals) },
      bodies: new Set(answers.map(({ body }) => body)).size,
      orders: new Set(answers.map(({ orderId }) => orderId)).size,
      first: answers.filter(({ replayed }) => !replayed).length,
    };
  } finally {
    await rush.close();
  }
};

const actFindings = (notes: Notes): Finding[] => {
  const { times, told, bodies, orders, first, toldOtherBody } = notes;
  const one = Bun.deepEquals(told, { "201": times }) && bodies === 1 && orders === 1 && first === 1;
  const refused = Bun.deepEquals(toldOtherBody, { "422 IDEMPOTENCY_MISMATCH": times });
  return [
    ...(one ? [] : [finding(`one key ${times} times at once was not one order`, notes)]),
    ...(refused ? [] : [finding("another body under a used key was not refused", notes)]),
  ];
};

/** Keys under which clients were told of several orders. */
const toldOfSeveral = (calls: readonly CallRecord[]): Finding[] => {
  const orders = new Map<string, Set<string>>();
  for (const { key, orderId } of calls)
    if (key !== undefined && orderId !== undefined)
      orders.getOrInsertComputed(key, () => new Set<string>()).add(orderId);
  return [...orders]
    .filter(([, ids]) => ids.size > 1)
    .map(([key, ids]) =>
      finding(`clients were told of ${ids.size} orders under one key`, { key, orders: [...ids] }),
    );
};

const judge = async (notes: Notes, { calls, shop }: Evidence): Promise<Verdict> => {
  const keyed = Map.groupBy(
    (await readOrders(shop)).filter(({ key }) => key !== null),
    ({ key }) => key,
  );
  const doubled = [...keyed].filter(([, same]) => same.length > 1);
  const sent = calls.filter(({ key }) => key !== undefined);
  const keys = new Set(sent.map(({ key }) => key)).size;
  return {
    counted: {
      ...{ keys, repetitions: sent.length - keys, replayed: sent.filter(({ replayed }) => replayed).length },
      atOnce: notes.times,
    },
    findings: [
      ...actFindings(notes),
      ...firstFew(doubled).map(([key, same]) =>
        finding(`one key made ${same.length} orders`, { key, orders: same.map(({ number }) => number) }),
      ),
      ...firstFew(toldOfSeveral(calls)),
    ],
  };
};

/** Whoever asks again, for whatever reason, gets the first answer and nothing else. */
export const retriesAreSafe: ProvenPromise = {
  name: NAME,
  says: "Retries are safe: one key, however often and at once, is one order; another body under it is refused",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A second order stands under one key",
      breakIt: inDatabase(
        "orders",
        sql`insert into customer_order
            (id, number, user_id, status, version, currency, total_minor, note, payment, created_at, updated_at)
          select gen_random_uuid(), number || '-2', user_id, 'rejected', 1, currency, total_minor, note, payment, now(), now()
          from customer_order where note is not null order by id desc limit 1`,
      ),
    },
    {
      name: `${NAME}/other-body`,
      says: "Another body under a used key was taken",
      async breakIt(evidence) {
        const notes = notesSchema.parse(evidence.acts[NAME]);
        const toldOtherBody = { "422 IDEMPOTENCY_MISMATCH": TIMES - 1, "201": 1 };
        return { ...evidence, acts: { ...evidence.acts, [NAME]: { ...notes, toldOtherBody } } };
      },
    },
  ],
};
