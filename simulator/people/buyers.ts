import type { Payment } from "../../orders/domain/order.ts";
import type { PlacedOrder } from "../../orders/usecases/place-order.ts";
import type { Caller } from "../../orders/usecases/read-orders.ts";
import type { OrdersApi } from "../services/orders.ts";
import type { Shop } from "../shop.ts";
import type { World } from "../world/world.ts";
import { type Books, noteOrder, type Request, type ToldOrder } from "./books.ts";
import { createPerson, isRefusal, type Person, plan } from "./person.ts";

const LINES_MAX = 3;
const QUANTITY_MAX = 3;
const SHOPPING_MS = 9_000;
const THINKING_MS = 3_000;
/** What a buyer does with an order that is there, at most. */
const DEEDS_MAX = 3;
const ROUTE = "POST /v1/orders";

const payments: readonly [Payment, ...Payment[]] = [
  { provider: "manual" },
  { provider: "manual" },
  { provider: "simulated", outcome: "approve" },
  { provider: "simulated", outcome: "approve" },
  { provider: "simulated", outcome: "decline" },
  { provider: "simulated", outcome: "hang" },
];

/** A cart may name a SKU twice. */
const drawLines = ({ dice }: World, { skus }: Shop) =>
  Array.from({ length: 1 + dice.below(LINES_MAX) }, () => ({
    sku: skus[dice.below(skus.length)] ?? "",
    quantity: 1 + dice.below(QUANTITY_MAX),
  }));

interface Placing {
  readonly place: () => Promise<PlacedOrder>;
  readonly request: Request;
}

const orderOf = ({ answer }: PlacedOrder): ToldOrder | null =>
  answer.status === 409 ? null : (answer.body as ToldOrder);

/** Places an order; with a key as often as it takes, sometimes twice at once, and sometimes once more although all is well. */
const createPlacing = (world: World, shop: Shop, books: Books, person: Person, userId: string): Placing => {
  const { dice } = world;
  const key = dice.next() < 0.85 ? `key-${books.requests.length}` : null;
  const lines = drawLines(world, shop);
  const payment = dice.pick(payments);
  const body = { lines, payment };
  const idempotency = key === null ? null : { principal: userId, route: ROUTE, key, body };
  const request: Request = { userId, key, answers: [] };
  books.requests.push(request);
  const ask = (api: OrdersApi) =>
    api.place({ userId, lines, payment, note: null, address: null, idempotency });
  const place = async () => {
    const { instances } = shop.orders;
    const placed = await (key === null ? person.once(instances, ask) : person.insist(instances, ask));
    request.answers.push({ ...placed.answer, replayed: placed.replayed });
    const order = orderOf(placed);
    if (order !== null) noteOrder(books, order);
    world.tell(person.life.name, () => `is told ${placed.answer.status}${placed.replayed ? " again" : ""}`);
    return placed;
  };
  return { place, request };
};

/** What a buyer may do with an order that is there: change a line, cancel it, look at it. */
const dealWith = async (
  world: World,
  shop: Shop,
  books: Books,
  person: Person,
  caller: Caller,
  order: ToldOrder,
) => {
  const { dice } = world;
  const { instances } = shop.orders;
  await person.life.wait(dice.below(THINKING_MS));
  const line = order.lines[dice.below(order.lines.length)];
  const what = dice.pick(["change", "change", "change", "cancel", "look"]);
  const rest = { orderId: order.id, expectedVersion: null };
  if (what === "change" && line !== undefined) {
    const wanted = { ...rest, lineId: line.id, quantity: dice.below(QUANTITY_MAX + 2) };
    const changed = await person.insist(instances, (api) => api.changeLine(caller, wanted));
    if (changed.done) noteOrder(books, changed.order);
    world.tell(
      person.life.name,
      () => `changed a line to ${wanted.quantity}: ${changed.done ? "done" : "later"}`,
    );
  }
  if (what === "cancel")
    noteOrder(books, await person.insist(instances, (api) => api.cancel(caller, { ...rest, reason: null })));
  const seen = what === "look" ? await person.insist(instances, (api) => api.find(order.id)) : null;
  if (seen !== null) noteOrder(books, seen);
};

const ignoringRefusals = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });

/** A buyer with one order. */
const buy = async (world: World, shop: Shop, books: Books, userId: string): Promise<void> => {
  const { dice } = world;
  const person = createPerson(world, `buyer-${userId.slice(-2)}`);
  const { place, request } = createPlacing(world, shop, books, person, userId);
  const isImpatient = request.key !== null && dice.next() < 0.25;
  const [placed] = await Promise.all([place(), isImpatient ? ignoringRefusals(place()) : null]).catch(
    (error: unknown) => {
      // Without a key nobody knows whether to ask again.
      if (request.key === null || isRefusal(error)) return [];
      throw error;
    },
  );
  if (placed === undefined) return;
  const order = orderOf(placed);
  const caller: Caller = { userId, role: "customer" };
  for (let deeds = dice.below(DEEDS_MAX + 1); order !== null && deeds > 0; deeds -= 1)
    await ignoringRefusals(dealWith(world, shop, books, person, caller, order));
  if (request.key !== null && dice.next() < 0.3) await place();
};

/** Everybody who buys something in this world. */
export const sendBuyers = (world: World, shop: Shop, books: Books, count: number): void => {
  for (let n = 0; n < count; n += 1) {
    const userId = shop.buyers[world.dice.below(shop.buyers.length)] ?? "";
    plan(world, books, 100 + world.dice.below(SHOPPING_MS), () => buy(world, shop, books, userId));
  }
};
