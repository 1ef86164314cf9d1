import { staffActor } from "../../inventory/domain/movement.ts";
import type { FileRow } from "../../inventory/domain/receipt-row.ts";
import type { OrderStatus } from "../../orders/domain/order.ts";
import type { Caller } from "../../orders/usecases/read-orders.ts";
import type { Shop } from "../shop.ts";
import { LATE_MS } from "../world/network.ts";
import type { World } from "../world/world.ts";
import { type Books, noteOrder, noteSupply } from "./books.ts";
import { createPerson, isRefusal, type Person, plan } from "./person.ts";

const WORKING_MS = 14_000;
const PAUSE_MS = 1_500;
const UNITS_MAX = 4;

const clerk: Caller = {
  userId: "00000000-0000-7000-8000-ffffffffffff",
  role: "admin",
};

/** Brings one order some steps further, as far as it lets itself be brought. */
const handle = async (world: World, shop: Shop, books: Books, person: Person): Promise<void> => {
  const { dice } = world;
  // Whatever is on their list, also what its buyer has not been told of yet: the newest first, mostly.
  const ids = [...shop.orders.tables.orders.keys()];
  const orderId = dice.next() < 0.5 ? ids.at(-1) : ids[dice.below(ids.length)];
  if (orderId === undefined) return;
  const cancels = dice.next() < 0.25;
  const way: readonly OrderStatus[] = cancels
    ? ["cancelled"]
    : ["packed", "shipped", "delivered", "returned"];
  for (const status of way) {
    const stepUp = { atMs: world.trueClock.now().getTime(), action: null };
    const wish = { orderId, status, reason: null, expectedVersion: null };
    try {
      noteOrder(
        books,
        await person.insist(shop.orders.instances, (api) => api.changeStatus({ ...clerk, stepUp }, wish)),
      );
      world.tell(person.life.name, () => `${orderId.slice(-4)} is ${status}`);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return;
    }
    if (dice.next() < 0.3) return;
    await person.life.wait(dice.below(PAUSE_MS));
  }
};

/**
 * Asks until it is known for good what came of it. A refusal says little while an earlier request may still be on its way: then
 * the same is asked once more when nothing is late any more.
 */
const insistForGood = async <Answer>(
  world: World,
  person: Person,
  ask: () => Promise<Answer>,
): Promise<Answer | null> => {
  const { scheduler, weather } = world;
  try {
    return await ask();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await person.life.wait(Math.max(0, weather.clearFromMs - scheduler.nowMs) + LATE_MS);
    return await ask().catch((again: unknown) => {
      if (!isRefusal(again)) throw again;
      return null;
    });
  }
};

/** Goods come, or are damaged: by a difference, under a key. */
const adjust = async (world: World, shop: Shop, books: Books, person: Person): Promise<void> => {
  const { dice } = world;
  const sku = dice.pick(shop.skus);
  const delta = dice.next() < 0.6 ? 1 + dice.below(UNITS_MAX) : -1 - dice.below(2);
  const key = `adjust-${world.newId()}`;
  const done = await insistForGood(world, person, () =>
    person.insist(shop.inventory.instances, (api) =>
      api.adjust({
        ...{ sku, delta, note: null, trace: {} },
        reason: delta > 0 ? "receipt" : "damage",
        actor: staffActor(clerk.userId),
        idempotency: { principal: clerk.userId, key, body: { delta } },
      }),
    ),
  );
  if (done === null) return;
  noteSupply(books, sku, delta);
  world.tell(person.life.name, () => `${sku} ${delta > 0 ? "+" : ""}${delta}`);
};

const fileOf = async function* (rows: readonly (readonly string[])[]): AsyncGenerator<FileRow> {
  for (const [i, cells] of rows.entries()) yield { line: i + 1, endLine: i + 1, cells };
};

/** A delivery of goods with a list, under a key. */
const receive = async (world: World, shop: Shop, books: Books, person: Person): Promise<void> => {
  const rows = shop.skus.map((sku) => [sku, String(1 + world.dice.below(2))]);
  const key = `receipt-${world.newId()}`;
  const { report } = await person.insist(shop.inventory.instances, (api) =>
    api.receive({
      records: fileOf([["sku", "quantity"], ...rows]),
      ...{ dryRun: false, create: false, trace: {} },
      actor: staffActor(clerk.userId),
      idempotency: { principal: clerk.userId, key, file: JSON.stringify(rows) },
    }),
  );
  for (const { sku, received } of report.items) noteSupply(books, sku, received);
};

/** Prices change, and buyers are blocked and let in again. */
const keepRecords = async (world: World, shop: Shop, _books: Books, person: Person): Promise<void> => {
  const { dice } = world;
  if (dice.next() < 0.5) {
    const id = dice.pick(shop.productIds);
    const amountMinor = 100 + dice.below(900);
    await person.insist(shop.products.instances, (api) =>
      api.change(id, (product) => ({ ...product, price: { ...product.price, amountMinor } })),
    );
    return;
  }
  const status = dice.pick<"active" | "blocked">(["active", "blocked"]);
  const id = dice.pick(shop.buyers);
  await person.insist(shop.users.instances, (api) => api.change(id, (user) => ({ ...user, status })));
};

/** What the shop's people do in this world. */
export const sendStaff = (world: World, shop: Shop, books: Books, count: number): void => {
  const { dice } = world;
  for (let n = 0; n < count; n += 1) {
    const work = dice.pick([handle, handle, handle, adjust, receive, keepRecords]);
    const person = createPerson(world, `staff-${n + 1}`);
    plan(world, books, 300 + dice.below(WORKING_MS), () => work(world, shop, books, person));
  }
};
