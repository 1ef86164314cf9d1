import type { Clock } from "../../shared/kernel/clock.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";

interface Level {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly lowStockThreshold: number;
  readonly version: number;
}

interface Booking {
  readonly onHandDelta: number;
  readonly reservedDelta?: number;
  readonly note?: string | null;
  readonly by: string | null;
  readonly orderId?: string;
}

/** A call in somebody's name. */
export interface InventoryCall {
  readonly method: string;
  readonly sku: string;
  readonly bearer: string;
  readonly key: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const problem = (status: number, code: string, more: object = {}): Response =>
  Response.json({ code, detail: `It is ${code}.`, ...more }, { status });

const shown = (level: Level) => ({ ...level, available: level.onHand - level.reserved });

/** One page of so many; its cursor is a place, as nobody may know. */
const pageOf = <Item>(items: readonly Item[], query: URLSearchParams) => {
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Number(query.get("limit") ?? 20);
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null };
};

/** Levels and their ledgers, as inventory would keep them. The bearer names who acts. */
const createBook = (clock: Clock) => {
  const levels = new Map<string, Level>();
  const ledger: (Required<Booking> & {
    sku: string;
    version: number;
    onHandAfter: number;
    createdAt: string;
  })[] = [];
  const book = (sku: string, booking: Booking): Level => {
    const before = levels.get(sku) ?? { sku, onHand: 0, reserved: 0, lowStockThreshold: 5, version: 0 };
    const { onHandDelta, reservedDelta = 0, note = null, by, orderId = "" } = booking;
    const level = {
      ...before,
      onHand: before.onHand + onHandDelta,
      reserved: before.reserved + reservedDelta,
      version: before.version + 1,
    };
    levels.set(sku, level);
    const facts = { onHandDelta, reservedDelta, note, by, orderId, sku, version: level.version };
    ledger.unshift({ ...facts, onHandAfter: level.onHand, createdAt: clock.now().toISOString() });
    return level;
  };
  return { levels, ledger, book };
};
type Book = ReturnType<typeof createBook>;

const adjusting = ({ levels, book }: Book) => {
  const answered = new Map<string, unknown>();
  return ({ sku, bearer, key, body }: InventoryCall): Response => {
    const level = levels.get(sku);
    if (level === undefined) return problem(404, "NOT_FOUND");
    const known = answered.get(`${bearer} ${key}`);
    if (known !== undefined) return Response.json(known);
    const delta = Number(body.delta);
    const available = level.onHand - level.reserved;
    if (available + delta < 0) return problem(409, "CONFLICT", { available });
    const answer = shown(
      book(sku, { onHandDelta: delta, note: String(body.note ?? "") || null, by: bearer }),
    );
    answered.set(`${bearer} ${key}`, answer);
    return Response.json(answer);
  };
};

const correcting =
  ({ levels, book }: Book) =>
  ({ sku, bearer, body }: InventoryCall, ifMatch: string | null): Response => {
    const level = levels.get(sku);
    if (ifMatch !== null && ifMatch !== `"${level?.version}"`) return problem(412, "VERSION_MISMATCH");
    const onHand = Number(body.onHand);
    if (level !== undefined && onHand < level.reserved)
      return problem(409, "CONFLICT", { reserved: level.reserved });
    return Response.json(shown(book(sku, { onHandDelta: onHand - (level?.onHand ?? 0), by: bearer })));
  };

const listed = ({ levels }: Book, query: URLSearchParams) =>
  pageOf(
    [...levels.values()]
      .map(shown)
      .filter(({ sku }) => sku.toLowerCase().includes(query.get("q")?.toLowerCase() ?? ""))
      .filter(
        ({ available, lowStockThreshold }) => query.get("below") === null || available <= lowStockThreshold,
      )
      .toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    query,
  );

const movements = ({ ledger }: Book, sku: string, query: URLSearchParams) =>
  pageOf(
    ledger
      .filter((line) => line.sku === sku)
      .map(({ by, orderId, ...line }) => ({
        ...{ ...line, orderId: orderId || null },
        actor: { kind: by === null ? "system" : "staff", id: by },
      })),
    query,
  );

/** Inventory's routes for the shop's people, played: what there is is set by the test, what was asked is kept. */
export const createFakeInventory = (clock: Clock) => {
  const own = createBook(clock);
  const writes: InventoryCall[] = [];
  const script = {
    down: false,
    /** Of levels and ledgers alone: what was changed is done. */
    unreadable: false,
    /** What it says to why, by SKU. */
    explanations: new Map<string, object>(),
    /** Between a look and the change that follows; once. */
    beforeWrite: async (): Promise<void> => {},
  };
  const adjust = adjusting(own);
  const correct = correcting(own);

  const write = async (call: InventoryCall, ifMatch: string | null): Promise<Response> => {
    writes.push(call);
    const before = script.beforeWrite;
    script.beforeWrite = async () => {};
    await before();
    return call.method === "PUT" ? correct(call, ifMatch) : adjust(call);
  };
  const read = (sku: string | undefined, below: string | undefined, query: URLSearchParams): Response => {
    if (script.unreadable) return new Response(null, { status: 503 });
    if (sku === undefined) return Response.json(listed(own, query));
    const level = own.levels.get(sku);
    const why = script.explanations.get(sku);
    if (below === "explanation") return why === undefined ? problem(404, "NOT_FOUND") : Response.json(why);
    if (level === undefined) return problem(404, "NOT_FOUND");
    return Response.json(below === "movements" ? movements(own, sku, query) : shown(level));
  };

  const fetch: ServiceFetch = async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const text = await request.text();
    if (script.down) return new Response(null, { status: 503 });
    const [sku, below] = pathname.split("/").slice(3).map(decodeURIComponent);
    if (request.method === "GET") return read(sku, below, searchParams);
    const { headers, method } = request;
    const bearer = headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const key = headers.get("idempotency-key");
    const body = JSON.parse(text) as Record<string, unknown>;
    return write({ method, sku: sku ?? "", bearer, key, body }, headers.get("if-match"));
  };

  return {
    ...{ fetch, writes, script, ledger: own.ledger },
    level: (sku: string) => own.levels.get(sku),
    /** There are so many of it. */
    stock(sku: string, onHand: number, facts: Partial<Pick<Level, "reserved" | "lowStockThreshold">> = {}) {
      own.levels.set(sku, { sku, onHand: 0, reserved: 0, lowStockThreshold: 5, version: 0, ...facts });
      own.book(sku, { onHandDelta: onHand, by: null });
    },
    /** Somebody buys so many. */
    sell: (sku: string, units: number) =>
      void own.book(sku, { onHandDelta: 0, reservedDelta: units, by: null, orderId: "an-order" }),
    /** Somebody of the shop changes it elsewhere. */
    move: (sku: string, onHandDelta: number, by: string) => void own.book(sku, { onHandDelta, by }),
  };
};
