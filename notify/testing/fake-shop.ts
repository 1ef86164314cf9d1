import { newId } from "../../shared/kernel/ids.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import type { ShopOrder } from "../usecases/shop-ports.ts";
import type { OrderSummary } from "../usecases/shop-today.ts";

/** A call of the bot in somebody's name. */
export interface ShopCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bearer: string | null;
  readonly key: string | null;
  readonly ifMatch: string | null;
  readonly body: unknown;
}

const price = { amountMinor: 1299, currency: "EUR" };

/** An order as orders would tell of one. */
export const shopOrder = (facts: Partial<ShopOrder> = {}): ShopOrder => ({
  id: newId(),
  number: "K-000041",
  userId: newId(),
  status: "confirmed",
  version: 2,
  lines: [{ sku: "MUG", name: "Mug <blue>", quantity: 2, lineTotal: { amountMinor: 2598, currency: "EUR" } }],
  total: { amountMinor: 2598, currency: "EUR" },
  address: null,
  ...facts,
});

const problem = (status: number, code: string, more: object = {}): Response =>
  Response.json({ code, detail: `It is ${code}.`, ...more }, { status });

/** What orders says to why, and to whom. */
interface ScriptedWhy {
  readonly readers: readonly string[];
  readonly body: object;
}

/** Null where nothing is to be explained. */
const explain = (known: ReadonlyMap<string, ScriptedWhy>, path: string, reader: string): Response | null => {
  const name = /^\/v1\/orders\/([^/]+)\/explanation$/.exec(path)?.[1];
  if (name === undefined) return null;
  const why = known.get(decodeURIComponent(name));
  return why?.readers.includes(reader) === true ? Response.json(why.body) : problem(404, "NOT_FOUND");
};

/** What a test has the shop do. */
const createScript = () => ({
  /** What a product has; none that is not here. */
  stock: new Map<string, number>([["MUG", 7]]),
  /** SKUs of products that are found, by whatever words. */
  found: [] as string[],
  /** Before an order is read; a test may hold it back. */
  before: Promise.resolve(),
  down: false,
  /** What orders says to why, by the name that is asked for. */
  explanations: new Map<string, ScriptedWhy>(),
  /** What the shop's people are told of the orders of a time. */
  summary: { count: 0, byStatus: {}, revenue: [] } as OrderSummary,
});

/** Orders and products, scripted: what there is is set by the test, what was asked is kept. The bearer names the owner. */
export const createFakeShop = () => {
  const calls: ShopCall[] = [];
  const orders = new Map<string, ShopOrder>();
  const placed = new Map<string, ShopOrder>();
  const script = createScript();

  const placeOrder = (bearer: string, key: string | null): Response => {
    const known = key === null ? undefined : placed.get(key);
    if (known !== undefined) return Response.json(known, { status: 201 });
    if ((script.stock.get("MUG") ?? 0) < 2) {
      const line = { index: 0, sku: "MUG", name: "Mug <blue>", quantity: 2, available: 1 };
      return problem(409, "OUT_OF_STOCK", { lines: [line] });
    }
    const order = shopOrder({ userId: bearer, number: `K-${100 + placed.size}` });
    placed.set(key ?? newId(), order);
    orders.set(order.id, order);
    return Response.json(order, { status: 201 });
  };

  const cancel = (order: ShopOrder, ifMatch: string | null): Response => {
    if (ifMatch !== `"${order.version}"`) return problem(412, "VERSION_MISMATCH");
    if (order.status !== "confirmed") return problem(409, "CONFLICT");
    const cancelled: ShopOrder = { ...order, status: "cancelled", version: order.version + 1 };
    orders.set(order.id, cancelled);
    return Response.json(cancelled);
  };

  const answerOrders = async ({ method, path, bearer, key, ifMatch }: ShopCall): Promise<Response> => {
    if (bearer === null) return problem(401, "UNAUTHENTICATED");
    if (path === "/v1/orders/summary") return Response.json(script.summary);
    const why = explain(script.explanations, path, bearer);
    if (why !== null) return why;
    const own = [...orders.values()].filter(({ userId }) => userId === bearer).toReversed();
    if (path === "/v1/orders") {
      return method === "GET" ? Response.json({ items: own, nextCursor: null }) : placeOrder(bearer, key);
    }
    const order = own.find(({ id }) => path.includes(id));
    if (order === undefined) return problem(404, "NOT_FOUND");
    return path.endsWith("/cancel") ? cancel(order, ifMatch) : Response.json(order);
  };

  const answerCatalog = ({ path }: ShopCall): Response => {
    if (path === "/v1/products") return Response.json({ items: script.found.map((sku) => ({ sku })) });
    const sku = decodeURIComponent(path.split("/").at(-1) ?? "");
    const available = script.stock.get(sku);
    if (available === undefined) return problem(404, "NOT_FOUND");
    return Response.json({ sku, name: "Mug <blue>", price, stock: { available } });
  };

  const answering =
    (answer: (call: ShopCall) => Response | Promise<Response>): ServiceFetch =>
    async (request) => {
      const text = await request.text();
      const { pathname: path, searchParams: query } = new URL(request.url);
      const call = {
        method: request.method,
        ...{ path, query },
        bearer: request.headers.get("authorization")?.replace("Bearer ", "") ?? null,
        key: request.headers.get("idempotency-key"),
        ifMatch: request.headers.get("if-match"),
        body: text === "" ? null : (JSON.parse(text) as unknown),
      };
      calls.push(call);
      await script.before;
      return script.down ? new Response(null, { status: 503 }) : answer(call);
    };

  return {
    ...{ calls, orders, script },
    services: { orders: answering(answerOrders), catalog: answering(answerCatalog) },
    /** What was changed, in the order of the calls. */
    writes: () => calls.filter(({ method }) => method !== "GET"),
  };
};
