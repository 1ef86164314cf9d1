import { PROBLEM_CONTENT_TYPE } from "../../shared/http/problem.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";

type HoldStatus = "held" | "released" | "fulfilled";
interface Hold {
  status: HoldStatus;
  readonly lines: readonly { sku: string; quantity: number }[];
}

/** Where a call to inventory goes wrong: before it takes effect, or after, so that only its answer is lost. */
export type Fault = "before" | "after";

export interface FakeInventory {
  readonly fetch: ServiceFetch;
  /** What is left of a SKU. */
  available(sku: string): number;
  stock(sku: string, quantity: number): void;
  hold(orderId: string): HoldStatus | undefined;
  /** Every call that came, as "PUT", "release" or "fulfil" with its order. */
  readonly calls: readonly { readonly action: string; readonly orderId: string }[];
  /** The next call of this action fails. */
  failNext(action: string, fault: Fault): void;
  /** Calls of this action wait, before or after they take effect, until the promise resolves. */
  holdUp(action: string, when: Fault, gate: Promise<void>): void;
}

const json = (status: number, body: object, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const conflict = (code: string, more: object = {}) =>
  json(409, { code, status: 409, ...more }, PROBLEM_CONTENT_TYPE);

/** Inventory as the contract says: all lines or none, idempotent by order id, a release forbids a later hold. */
export const fakeInventory = (): FakeInventory => {
  const levels = new Map<string, number>();
  const holds = new Map<string, Hold>();
  const calls: { action: string; orderId: string }[] = [];
  const faults: { action: string; fault: Fault }[] = [];
  const gates = new Map<string, Promise<void>>();

  const shortagesOf = (lines: Hold["lines"]) => {
    const wanted = Map.groupBy(lines, ({ sku }) => sku);
    return [...wanted].flatMap(([sku, group]) => {
      const requested = group.reduce((total, { quantity }) => total + quantity, 0);
      const available = levels.get(sku) ?? 0;
      return requested > available ? [{ sku, requested, available }] : [];
    });
  };
  const reserve = (orderId: string, lines: Hold["lines"]): Response => {
    const known = holds.get(orderId);
    if (known !== undefined && known.status !== "held") return conflict("CONFLICT");
    if (known === undefined) {
      const shortages = shortagesOf(lines);
      if (shortages.length > 0) return conflict("OUT_OF_STOCK", { shortages });
      for (const { sku, quantity } of lines) levels.set(sku, (levels.get(sku) ?? 0) - quantity);
      holds.set(orderId, { status: "held", lines });
    }
    return json(200, { orderId, status: "held", lines, expiresAt: null });
  };
  const release = (orderId: string): Response => {
    const hold = holds.get(orderId) ?? { status: "released", lines: [] };
    if (hold.status === "held") {
      for (const { sku, quantity } of hold.lines) levels.set(sku, (levels.get(sku) ?? 0) + quantity);
      hold.status = "released";
    }
    holds.set(orderId, hold);
    return json(200, { orderId, status: hold.status });
  };
  const fulfil = (orderId: string): Response => {
    const hold = holds.get(orderId);
    if (hold === undefined || hold.status === "released") return conflict("CONFLICT");
    hold.status = "fulfilled";
    return json(200, { orderId, status: "fulfilled" });
  };
  const takeFault = (action: string): Fault | undefined => {
    const index = faults.findIndex((fault) => fault.action === action);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
  };
  const perform = async (action: string, orderId: string, request: Request): Promise<Response> => {
    if (action === "release") return release(orderId);
    if (action === "fulfil") return fulfil(orderId);
    const { lines } = (await request.json()) as { lines: Hold["lines"] };
    return reserve(orderId, lines);
  };

  return {
    calls,
    available: (sku) => levels.get(sku) ?? 0,
    stock: (sku, quantity) => void levels.set(sku, (levels.get(sku) ?? 0) + quantity),
    hold: (orderId) => holds.get(orderId)?.status,
    failNext: (action, fault) => void faults.push({ action, fault }),
    holdUp: (action, when, gate) => void gates.set(`${action} ${when}`, gate),
    async fetch(request) {
      const [, , , orderId = "", ending] = new URL(request.url).pathname.split("/");
      const action = ending ?? request.method;
      calls.push({ action, orderId });
      await gates.get(`${action} before`);
      const fault = takeFault(action);
      if (fault === "before") throw new Error("connection refused");
      const response = await perform(action, orderId, request);
      await gates.get(`${action} after`);
      if (fault === "after") throw new Error("connection reset");
      return response;
    },
  };
};
