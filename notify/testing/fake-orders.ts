import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type { OrderCardData } from "../../shared/contracts/internal-api.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import type { OrderStep } from "../usecases/staff-order-ports.ts";

type Order = OrderCardData;
type Status = Order["status"];

/** As orders has it, for the shop's people. */
const next: Readonly<Record<Status, Status[]>> = {
  pending: ["cancelled"],
  confirmed: ["packed", "cancelled"],
  packed: ["shipped", "cancelled"],
  shipped: ["delivered", "returned"],
  delivered: ["returned"],
  rejected: [],
  cancelled: [],
  returned: [],
};

const claimable = ({ status, claim }: Pick<Order, "status" | "claim">): boolean =>
  claim === null && (status === "confirmed" || status === "packed");

/** An order of one line. */
export const cardOrder = (facts: Partial<Order> = {}): Order => {
  const lineTotal = { amountMinor: 2598, currency: "EUR" };
  const order = {
    ...{ id: newId(), number: "K-000041", userId: newId(), status: "confirmed", version: 2 },
    lines: [{ sku: "MUG", name: "Mug <blue>", quantity: 2, lineTotal }],
    ...{ total: lineTotal, note: null, claim: null, reason: null },
    address: { recipient: "Nora N.", line1: "Main St 1", city: "Berlin", country: "DE" },
    ...facts,
  } as Order;
  return { ...order, nextStatuses: next[order.status], claimable: claimable(order) };
};

const json = (body: unknown, status = 200): Response => Response.json(body, { status });
const problem = (status: number, code: string, more: object = {}): Response =>
  json({ code, detail: `It is ${code}.`, ...more }, status);

interface Change {
  readonly what: string;
  readonly facts: Partial<Order>;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly ifMatch: string | null;
  readonly key: string | null;
  readonly body: Record<string, unknown>;
}

/** What a test has orders do. */
const createScript = () => ({
  /** Orders whose saga does not get on. */
  stuck: [] as string[],
  /** Before anything is answered; a test may hold it back. */
  before: Promise.resolve(),
  down: false,
  /** Hears of each change, and of the order as it was before. */
  onChange: async (_now: Order, _before: Order, _what: string): Promise<void> => undefined,
});
type Script = ReturnType<typeof createScript>;

/** Orders that change, each change with its step on the timeline. */
const createBook = (script: Script) => {
  const orders = new Map<string, Order>();
  const timelines = new Map<string, OrderStep[]>();

  const change = async (order: Order, by: string, { what, facts }: Change): Promise<Response> => {
    const changed = { ...order, ...facts, version: order.version + 1 };
    const now = { ...changed, nextStatuses: next[changed.status], claimable: claimable(changed) };
    orders.set(order.id, now);
    timelines.set(order.id, [...(timelines.get(order.id) ?? []), { actor: { kind: "staff", id: by }, what }]);
    await script.onChange(now, order, what);
    return json(now);
  };

  const claim = async (order: Order, by: string): Promise<Response> => {
    if (order.claim?.by === by) return json(order);
    if (order.claim !== null) return problem(409, "CONFLICT", { claimedBy: order.claim.by });
    if (!order.claimable) return problem(409, "CONFLICT");
    return change(order, by, { what: "claimed", facts: { claim: { by, at: new Date().toISOString() } } });
  };

  const release = async (order: Order, by: string): Promise<Response> => {
    if (order.claim === null) return json(order);
    if (order.claim.by !== by) return problem(409, "CONFLICT", { claimedBy: order.claim.by });
    return change(order, by, { what: "claim-released", facts: { claim: null } });
  };

  const move = async (order: Order, by: string, body: Call["body"]): Promise<Response> => {
    const status = body.status as Status;
    if (!order.nextStatuses.includes(status)) return problem(409, "CONFLICT");
    const reason = typeof body.reason === "string" ? body.reason : null;
    return change(order, by, { what: status, facts: { status, reason } });
  };

  const write = async (order: Order, by: string, call: Call): Promise<Response> => {
    if (call.ifMatch !== `"${order.version}"`) return problem(412, "VERSION_MISMATCH");
    if (!call.path.endsWith("/claim")) return move(order, by, call.body);
    return call.method === "PUT" ? claim(order, by) : release(order, by);
  };

  return { orders, timelines, write };
};

const answerSagas = (script: Script, { method, path }: Call): Response => {
  if (method === "GET") return json({ items: script.stuck.map((orderId) => ({ orderId })) });
  const orderId = script.stuck.find((id) => path.includes(id));
  if (orderId === undefined) return problem(409, "CONFLICT");
  script.stuck = script.stuck.filter((id) => id !== orderId);
  return json({ orderId }, 202);
};

const callOf = async (request: Request): Promise<Call> => {
  const { pathname: path, search: query } = new URL(request.url);
  const text = await request.text();
  return {
    ...{ method: request.method, path, query },
    ifMatch: request.headers.get("if-match"),
    key: request.headers.get("idempotency-key"),
    body: text === "" ? {} : (JSON.parse(text) as Call["body"]),
  };
};

/** orders as the shop's people use it, scripted: versions, claims, timelines and sagas, each change told to the test. The bearer names the person. */
export const createFakeOrders = (users: ReadonlyMap<string, UserSnapshot>) => {
  const script = createScript();
  const { orders, timelines, write } = createBook(script);
  const calls: Call[] = [];

  const answerStaff = async (call: Call, person: UserSnapshot, order?: Order): Promise<Response> => {
    if (call.path.startsWith("/v1/ops/sagas")) return answerSagas(script, call);
    if (order === undefined) return problem(404, "NOT_FOUND");
    if (call.method !== "GET") return write(order, person.id, call);
    const isTimeline = call.path.endsWith("/timeline");
    return json(isTimeline ? { items: timelines.get(order.id) ?? [] } : order);
  };

  const answer = async (call: Call, bearer: string): Promise<Response> => {
    const order = [...orders.values()].find(({ id }) => call.path.includes(id));
    if (call.path.startsWith("/internal/"))
      return order === undefined ? problem(404, "NOT_FOUND") : json(order);
    const person = users.get(bearer);
    if (person === undefined) return problem(401, "UNAUTHENTICATED");
    return person.role === "customer" ? problem(403, "FORBIDDEN") : answerStaff(call, person, order);
  };

  const fetch: ServiceFetch = async (request) => {
    const call = await callOf(request);
    calls.push(call);
    await script.before;
    if (script.down) return new Response(null, { status: 503 });
    return answer(call, request.headers.get("authorization")?.replace("Bearer ", "") ?? "");
  };

  return {
    ...{ fetch, orders, timelines, calls, script },
    /** What was changed, in the order of the calls. */
    writes: () => calls.filter(({ method }) => method !== "GET"),
  };
};
