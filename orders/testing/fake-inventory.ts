import { PROBLEM_CONTENT_TYPE } from "../../shared/http/problem.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";

type HoldStatus = "held" | "released" | "fulfilled" | "expired" | "returned";
type Units = Readonly<Record<string, number>>;

interface Hold {
  status: HoldStatus;
  /** Units by SKU. */
  units: Units;
  revision: number;
  /** True where the hold has an end of its own. */
  passing: boolean;
}

interface HoldBody {
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly ttlSeconds: number | null;
  readonly revision?: number;
}

/** Where a call to inventory goes wrong: before it takes effect, or after, so that only its answer is lost. */
export type Fault = "before" | "after";

export interface FakeInventory {
  readonly fetch: ServiceFetch;
  /** What is left of a SKU. */
  available(sku: string): number;
  stock(sku: string, quantity: number): void;
  hold(orderId: string): HoldStatus | undefined;
  /** Units by SKU that are held, or were. */
  units(orderId: string): Units | undefined;
  /** The time of a hold passes, where it has one. */
  expire(orderId: string): void;
  /** Every call that came, as "PUT", "release", "fulfil" or "return" with its order. */
  readonly calls: readonly { readonly action: string; readonly orderId: string }[];
  /** The next calls of this action fail. A request that waits for a hold asks twice before it gives up. */
  failNext(action: string, fault: Fault, times?: number): void;
  /** Calls of this action wait, before or after they take effect, until the promise resolves. */
  holdUp(action: string, when: Fault, gate: Promise<void>): void;
}

const json = (status: number, body: object, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const conflict = (code: string, more: object = {}) =>
  json(409, { code, status: 409, ...more }, PROBLEM_CONTENT_TYPE);

const unitsOf = (lines: HoldBody["lines"]): Units => {
  const units: Record<string, number> = {};
  for (const { sku, quantity } of lines) units[sku] = (units[sku] ?? 0) + quantity;
  return units;
};
const sameUnits = (a: Units, b: Units): boolean =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((sku) => a[sku] === b[sku]);

/** The stock and the holds, by the rules of inventory's contract: see `shared/contracts/internal-api.ts`. */
const createBook = () => {
  const levels = new Map<string, number>();
  const holds = new Map<string, Hold>();
  const add = (units: Units, sign: 1 | -1) => {
    for (const [sku, quantity] of Object.entries(units))
      levels.set(sku, (levels.get(sku) ?? 0) + sign * quantity);
  };
  const answer = (orderId: string, status: HoldStatus) => json(200, { orderId, status });

  /** All or none of the difference; what is short is told with all that this order could have. */
  const take = (hold: Hold, wanted: Units): object[] => {
    const shortages = Object.entries(wanted).flatMap(([sku, requested]) => {
      const available = (levels.get(sku) ?? 0) + (hold.units[sku] ?? 0);
      return requested > available ? [{ sku, requested, available }] : [];
    });
    if (shortages.length > 0) return shortages;
    add(hold.units, 1);
    add(wanted, -1);
    hold.units = wanted;
    return [];
  };
  const reserve = (orderId: string, { lines, ttlSeconds, revision }: HoldBody): Response => {
    const known = holds.get(orderId);
    const hold = known ?? {
      status: "held",
      units: {},
      revision: revision ?? 1,
      passing: ttlSeconds !== null,
    };
    if (hold.status !== "held" || (revision ?? hold.revision) < hold.revision)
      return conflict("CONFLICT", { reservationStatus: hold.status });
    const wanted = unitsOf(lines);
    const higher = (revision ?? hold.revision) > hold.revision;
    if (known !== undefined && !higher && !sameUnits(hold.units, wanted))
      return conflict("CONFLICT", { reservationStatus: hold.status });
    hold.revision = revision ?? hold.revision;
    const shortages = take(hold, wanted);
    if (shortages.length > 0) return conflict("OUT_OF_STOCK", { shortages });
    hold.passing &&= ttlSeconds !== null;
    holds.set(orderId, hold);
    return json(200, { orderId, status: "held", lines, expiresAt: null });
  };
  const end = (hold: Hold, status: "released" | "expired") => {
    add(hold.units, 1);
    hold.status = status;
  };
  const release = (orderId: string): Response => {
    const hold = holds.get(orderId) ?? { status: "released", units: {}, revision: 1, passing: false };
    if (hold.status === "fulfilled" || hold.status === "returned") return conflict("CONFLICT");
    if (hold.status === "held") end(hold, "released");
    holds.set(orderId, hold);
    return answer(orderId, hold.status);
  };
  const fulfil = (orderId: string): Response => {
    const hold = holds.get(orderId);
    if (hold?.status === "held") hold.status = "fulfilled";
    return hold?.status === "fulfilled" ? answer(orderId, hold.status) : conflict("CONFLICT");
  };
  const takeBack = (orderId: string): Response => {
    const hold = holds.get(orderId);
    if (hold?.status === "fulfilled") {
      add(hold.units, 1);
      hold.status = "returned";
    }
    return hold?.status === "returned" ? answer(orderId, hold.status) : conflict("CONFLICT");
  };
  return { levels, holds, reserve, release, fulfil, takeBack, end };
};

/** Inventory as its contract says: all lines or none, idempotent by order id, a release forbids a later hold. */
export const fakeInventory = (): FakeInventory => {
  const book = createBook();
  const calls: { action: string; orderId: string }[] = [];
  const faults: { action: string; fault: Fault }[] = [];
  const gates = new Map<string, Promise<void>>();

  const takeFault = (action: string): Fault | undefined => {
    const index = faults.findIndex((fault) => fault.action === action);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
  };
  const perform = async (action: string, orderId: string, request: Request): Promise<Response> => {
    if (action === "release") return book.release(orderId);
    if (action === "fulfil") return book.fulfil(orderId);
    if (action === "return") return book.takeBack(orderId);
    return book.reserve(orderId, (await request.json()) as HoldBody);
  };

  return {
    calls,
    available: (sku) => book.levels.get(sku) ?? 0,
    stock: (sku, quantity) => void book.levels.set(sku, (book.levels.get(sku) ?? 0) + quantity),
    hold: (orderId) => book.holds.get(orderId)?.status,
    units: (orderId) => book.holds.get(orderId)?.units,
    expire(orderId) {
      const hold = book.holds.get(orderId);
      if (hold?.status === "held" && hold.passing) book.end(hold, "expired");
    },
    failNext: (action, fault, times = 1) => void faults.push(...Array(times).fill({ action, fault })),
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
