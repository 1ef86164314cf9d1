import { stepsOf } from "../../auth/testing/sign-in.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import type { topology } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { inParallel } from "../../tools/replay/in-parallel.ts";
import { createDice } from "./dice.ts";
import { placeAndMove } from "./order-life.ts";
import { planOrders, SOLD_OUT, skus } from "./plan.ts";
import { called, enrolment, eventsAfter, type Member, openProducers, type Producers } from "./producers.ts";

export type Exchange = (typeof topology)[number]["exchange"];
/** What was said within one phase, by exchange, each in the order of its outbox. */
export type Phase = Readonly<Record<Exchange, readonly EventEnvelope[]>>;
type Json = Readonly<Record<string, unknown>>;

export interface History {
  /**
   * Opening, trading and closing. Queues know nothing of each other, so who is an admin when an order is confirmed, or gone when
   * its card is sent, is a matter of chance in any run: such changes are apart from the orders, in the first and the last phase.
   */
  readonly phases: readonly Phase[];
  /** Telegram accounts are numbered from 0 up to this. */
  readonly accounts: number;
  /** The catalogue's own rows: sales are counted in a table that hangs on them. */
  readonly products: readonly Json[];
  /** Units sold by product id, versions of users and products, as their owners have them at the end. */
  readonly truth: Readonly<Record<"sold" | "users" | "products", ReadonlyMap<string, number>>>;
}

const BUYERS = 60;
const FIRST_BUYER = 3;
/** Accounts of those who buy: they get cards. */
export const buyerAccounts: readonly number[] = Array.from({ length: BUYERS }, (_, nth) => FIRST_BUYER + nth);
const FIRST_VISITOR = FIRST_BUYER + BUYERS;
const VISITORS = 40;
const EXTRA_PRODUCTS = 12;
const AT_ONCE = 24;
const ON_HAND = 50_000;
/** So little below what is there that orders, cancellations and receipts cross it again and again. */
const THRESHOLD = ON_HAND - 10;
const RECEIPT = 20;
const REST_MS = 60_000;
const REST_EVERY_MS = 50;
const LANGUAGES = ["en", "ar", "de"] as const;

const all = <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> =>
  inParallel(items, AT_ONCE, work, () => undefined);
const upTo = (count: number): number[] => [...Array(count).keys()];

/** The people and the shelves of one history. */
const createActs = (producers: Producers) => {
  const { auth, catalog, inventory } = producers;
  const enrol = enrolment(producers);
  const authService = { ...auth.auth };
  const change = (member: Member, body: Json) =>
    called(authService, "PATCH", "/v1/users/me", { token: member.token, body, expected: [200] });
  const admin = Promise.withResolvers<Member>();
  const byAdmin = async (method: string, member: Member, body?: Json) =>
    called(authService, method, `/v1/users/${member.id}`, {
      ...{ token: (await admin.promise).token, expected: [200, 202, 204, 404] },
      ...(body === undefined ? {} : { body }),
    });
  const shelf = async (sku: string, price: number): Promise<{ id: string }> => {
    const body = {
      sku,
      name: `Thing ${sku}`,
      price: { amountMinor: price, currency: "USD" },
      status: "active",
    };
    const call = { token: "staff", body, expected: [201, 409] };
    const made = await called<{ id: string }>(catalog.service, "POST", "/v1/products", call);
    if (made.status === 201) return made.body;
    // An attempt whose answer was lost has made it.
    const known = { token: "staff", expected: [200] };
    return (await called<{ id: string }>(catalog.service, "GET", `/v1/products/${sku}`, known)).body;
  };
  const product = (method: string, id: string, body?: Json) =>
    called(catalog.service, method, `/v1/products/${id}`, {
      ...{ token: "staff", expected: [200, 204, 404] },
      ...(body === undefined ? {} : { body }),
    });
  const receive = (sku: string) =>
    called(inventory.inventory, "POST", `/v1/stock/${sku}/adjustments`, {
      ...{ token: "staff", expected: [200], body: { delta: RECEIPT, reason: "receipt" } },
    });
  const stock = (sku: string, body: Json) =>
    called(inventory.inventory, "PUT", `/v1/stock/${sku}`, { token: "staff", expected: [200, 201], body });
  const steps = stepsOf(auth);
  /** The same person with a fresh code, as risky calls want it; the clock of auth stands still, and so it stays fresh. */
  const proved = async (member: Member): Promise<Member> => ({
    ...member,
    token: (await steps.stepUp(member.token)).body.accessToken,
  });
  return { enrol, admin, proved, change, byAdmin, shelf, product, receive, stock };
};
type Acts = ReturnType<typeof createActs>;

/** Everybody who will buy signs up and changes something about themselves; what will be sold is put on the shelves. */
const openShop = async (acts: Acts) => {
  const [boss, ...staff] = await Promise.all(upTo(FIRST_BUYER).map((account) => acts.enrol(account)));
  if (boss !== undefined) acts.admin.resolve(await acts.proved(boss));
  for (const member of staff) await acts.byAdmin("PATCH", member, { role: "staff" });
  const buyers: Member[] = [];
  await all(upTo(BUYERS), async (nth) => {
    const buyer = await acts.enrol(FIRST_BUYER + nth);
    await acts.change(buyer, { name: `Buyer ${nth}`, language: LANGUAGES[nth % LANGUAGES.length] });
    await acts.change(buyer, { timezone: "Europe/London", username: `buyer-${nth}` });
    buyers[nth] = buyer;
  });
  const products = new Map<string, string>();
  await all([...skus, SOLD_OUT], async (sku) => {
    products.set(sku, (await acts.shelf(sku, 500 + 10 * products.size)).id);
    const level = { onHand: ON_HAND, lowStockThreshold: THRESHOLD };
    await acts.stock(sku, sku === SOLD_OUT ? { onHand: 0, lowStockThreshold: 0 } : level);
  });
  return { buyers, products };
};
type OpenShop = Awaited<ReturnType<typeof openShop>>;

/** People who buy nothing come, change, go, and come again with the same Telegram account; phones pass to others. */
const visit = async (acts: Acts, nth: number): Promise<void> => {
  const account = FIRST_VISITOR + nth;
  const visitor = await acts.enrol(account);
  await acts.change(visitor, { name: `Visitor ${nth}` });
  if (nth % 3 === 0) {
    await acts.byAdmin("PATCH", visitor, { status: "blocked" });
    await acts.byAdmin("PATCH", visitor, { status: "active" });
  }
  // A second account proves the phone of this one, which loses it.
  if (nth % 4 === 1) await acts.enrol(FIRST_VISITOR + VISITORS + nth, account);
  if (nth % 2 !== 0) return;
  await acts.byAdmin("DELETE", visitor);
  const again = await acts.enrol(account);
  await acts.change(again, { language: "ar" });
};

/** A product that nobody buys is made, changed, deleted, and its SKU passes to another. */
const churn = async (acts: Acts, nth: number): Promise<void> => {
  const { id } = await acts.shelf(`HISTORY-EXTRA-${nth}`, 100);
  await acts.product("PATCH", id, { price: { amountMinor: 200 + nth, currency: "USD" } });
  await acts.product("PATCH", id, { status: "archived" });
  if (nth % 2 === 0) return;
  await acts.product("DELETE", id);
  await acts.shelf(`HISTORY-EXTRA-${nth}`, 300);
};

/** Orders whose inventory could not be asked in time are finished by the sweeper. */
const allOrdersRest = async ({ databases }: Producers): Promise<void> => {
  const { db } = databases.orders;
  const rest = async () =>
    (await db.execute("select 1 from saga where finished_at is null limit 1")).rows.length === 0;
  await waitFor(rest, { timeoutMs: REST_MS, everyMs: REST_EVERY_MS, what: "every order to rest" });
};

const trade = async (
  producers: Producers,
  acts: Acts,
  { buyers, products }: OpenShop,
  seed: number,
  count: number,
): Promise<void> => {
  const orders = planOrders(createDice(seed), count, buyers.length);
  const staff = `staff.${newId()}`;
  await Promise.all([
    all(orders, (order) => placeAndMove(producers.orders, order, buyers[order.buyer]?.id ?? "", staff)),
    all(upTo(VISITORS), (nth) => visit(acts, nth)),
    all(upTo(EXTRA_PRODUCTS), (nth) => churn(acts, nth)),
    all([...skus, ...skus], async (sku) => {
      await acts.receive(sku);
      const price = { amountMinor: 900 + sku.length, currency: "USD" };
      await acts.product("PATCH", products.get(sku) ?? "", { price, name: `Better ${sku}` });
    }),
  ]);
  await allOrdersRest(producers);
};

/** Buyers leave or are barred, somebody rises and falls, and something is sold no longer. */
const closeShop = async (acts: Acts, { buyers, products }: OpenShop): Promise<void> => {
  const [first, second, third, fourth, fifth] = buyers;
  for (const member of [first, second]) if (member !== undefined) await acts.byAdmin("DELETE", member);
  for (const role of ["staff", "admin", "customer"])
    if (third !== undefined) await acts.byAdmin("PATCH", third, { role });
  if (fourth !== undefined) {
    await acts.byAdmin("PATCH", fourth, { role: "staff", status: "blocked" });
    await acts.byAdmin("DELETE", fourth);
  }
  if (fifth !== undefined) await acts.byAdmin("PATCH", fifth, { status: "blocked" });
  for (const sku of skus.slice(0, 3)) await acts.product("DELETE", products.get(sku) ?? "");
};

const exchangeOf = { auth: "auth.events", catalog: "catalog.events" } as const;
const exchanges = { ...exchangeOf, inventory: "inventory.events", orders: "orders.events" } as const;
type Producer = keyof typeof exchanges;

/** Takes down what each outbox has got since the last time. */
const createRecorder = ({ databases }: Producers) => {
  const positions = new Map<Producer, number>();
  return async (): Promise<Phase> => {
    const names = Object.keys(exchanges) as Producer[];
    const heard = names.map(async (name) => {
      const { events, position } = await eventsAfter(databases[name], positions.get(name) ?? 0);
      positions.set(name, position);
      return [exchanges[name], events] as const;
    });
    return Object.fromEntries(await Promise.all(heard)) as Record<Exchange, EventEnvelope[]>;
  };
};

const numbers = async (database: Producers["databases"]["orders"], query: string) => {
  const { rows } = await database.db.execute<{ id: string; n: string }>(query);
  return new Map(rows.map(({ id, n }) => [id, Number(n)]));
};

const SOLD = `
  select l.product_id as id, sum(l.quantity) as n from order_line l join customer_order o on o.id = l.order_id
  where o.status in ('confirmed', 'packed', 'shipped', 'delivered') group by l.product_id`;

/** Lets real services live through so many orders, and keeps all that they said. The seed decides what happens. */
export const recordHistory = async (seed: number, orderCount: number): Promise<History> => {
  const producers = await openProducers();
  try {
    const acts = createActs(producers);
    const record = createRecorder(producers);
    const opened = await openShop(acts);
    const opening = await record();
    await trade(producers, acts, opened, seed, orderCount);
    const trading = await record();
    await closeShop(acts, opened);
    const { auth, catalog, orders } = producers.databases;
    const { rows } = await catalog.db.execute<{ row: Json }>("select to_jsonb(product) as row from product");
    return {
      phases: [opening, trading, await record()],
      accounts: FIRST_VISITOR + 2 * VISITORS,
      products: rows.map(({ row }) => row),
      truth: {
        sold: await numbers(orders, SOLD),
        users: await numbers(auth, "select id, version as n from app_user"),
        products: await numbers(catalog, "select id, version as n from product"),
      },
    };
  } finally {
    await producers.close();
  }
};
