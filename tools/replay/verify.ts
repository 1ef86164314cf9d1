import { z } from "zod";
import { inParallel } from "./in-parallel.ts";
import type { Plan } from "./plan.ts";
import type { ReplayResult } from "./run.ts";

/** How long orders that were answered with "pending" may take to end. */
const SETTLE_MS = 60_000;
const SETTLE_POLL_MS = 250;
const CONCURRENCY = 32;

const levelSchema = z.object({ sku: z.string(), onHand: z.int(), reserved: z.int(), available: z.int() });
const movementSchema = z.object({ onHandDelta: z.int(), reservedDelta: z.int() });
const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

/** Orders by the status in which they are now, and every disagreement that was found. */
export interface Verification {
  readonly orders: Readonly<Record<string, number>>;
  readonly skusCompared: number;
  readonly problems: readonly string[];
}

const allPages = async <Item extends z.ZodType>(
  { shop, admin }: ReplayResult,
  path: string,
  item: Item,
): Promise<z.infer<Item>[]> => {
  const found: z.infer<Item>[] = [];
  let cursor: string | null = null;
  do {
    const next: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const { body }: { body: { items: z.infer<Item>[]; nextCursor: string | null } } = await shop.expectStatus(
      [200],
      pageOf(item),
      `${path}?limit=100${next}`,
      { token: await admin.token() },
    );
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return found;
};

/** Every order's status, after those that were pending have had time to end. */
const orderStatuses = async (result: ReplayResult): Promise<Map<string, string>> => {
  const endsAt = performance.now() + SETTLE_MS;
  const schema = z.object({ id: z.string(), status: z.string() });
  for (;;) {
    const all = new Map((await allPages(result, "/v1/orders", schema)).map(({ id, status }) => [id, status]));
    const open = [...result.placed.values()].some(({ id }) => all.get(id) === "pending");
    if (!open || performance.now() > endsAt) return all;
    await Bun.sleep(SETTLE_POLL_MS);
  }
};

/** What the shelves should hold after the plan: by SKU, on hand and reserved. */
const expectedStock = (plan: Plan, statusOf: (invoice: string) => string | undefined) => {
  const expected = new Map(
    plan.products.map(({ sku, quantity }) => [sku, { onHand: quantity, reserved: 0 }]),
  );
  for (const order of plan.orders) {
    if (statusOf(order.invoice) !== "confirmed") continue;
    for (const { sku, quantity } of order.lines) {
      const level = expected.get(sku);
      if (level) level.reserved += quantity;
    }
  }
  for (const back of plan.returns) {
    const level = back.kind === "goods-back" ? expected.get(back.sku) : undefined;
    if (level && back.kind === "goods-back") level.onHand += back.quantity;
  }
  return expected;
};

/**
 * Checks, over the public API, that every order has ended or is confirmed, that no stock leaked, and that the counters of
 * every SKU are the sums of its ledger.
 */
export const verifyReplay = async (
  plan: Plan,
  result: ReplayResult,
  onProgress: (done: number, total: number) => void,
): Promise<Verification> => {
  const statuses = await orderStatuses(result);
  const statusOf = (invoice: string) => statuses.get(result.placed.get(invoice)?.id ?? "");
  const problems: string[] = [];
  const orders: Record<string, number> = {};
  for (const { invoice } of plan.orders) {
    const status = statusOf(invoice) ?? "lost";
    orders[status] = (orders[status] ?? 0) + 1;
    if (status === "lost" || status === "pending") problems.push(`order ${invoice} is ${status}`);
  }
  const levels = new Map(
    (await allPages(result, "/v1/stock", levelSchema)).map((level) => [level.sku, level]),
  );
  const expected = expectedStock(plan, statusOf);
  const compare = async (sku: string) => {
    const level = levels.get(sku);
    const wanted = expected.get(sku);
    if (!level || !wanted) return void problems.push(`${sku}: no stock level`);
    if (level.onHand !== wanted.onHand || level.reserved !== wanted.reserved) {
      problems.push(
        `${sku}: ${level.onHand} on hand and ${level.reserved} reserved, expected ${wanted.onHand} and ${wanted.reserved}`,
      );
    }
    const movements = await allPages(
      result,
      `/v1/stock/${encodeURIComponent(sku)}/movements`,
      movementSchema,
    );
    const onHand = movements.reduce((total, { onHandDelta }) => total + onHandDelta, 0);
    const reserved = movements.reduce((total, { reservedDelta }) => total + reservedDelta, 0);
    if (onHand !== level.onHand || reserved !== level.reserved)
      problems.push(
        `${sku}: the ledger says ${onHand} and ${reserved}, the counters ${level.onHand} and ${level.reserved}`,
      );
  };
  const skus = [...expected.keys()];
  await inParallel(skus, CONCURRENCY, compare, (done) => onProgress(done, skus.length));
  return { orders, skusCompared: skus.length, problems };
};
