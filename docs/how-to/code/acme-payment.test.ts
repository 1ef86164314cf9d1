import { afterAll, beforeEach, expect, test } from "bun:test";
import type { Order } from "../../../orders/domain/order.ts";
import { anOrder } from "../../../orders/testing/snapshots.ts";
import { type PerformAskDeps, performAsk } from "../../../orders/usecases/perform-ask.ts";
import { acmePayment } from "./acme-payment.ts";

type State = "authorised" | "declined" | "voided";

const API_KEY = "acme-key-of-this-test-only";
const DEADLINE_MS = 5_000;
/** What Acme knows, by order, and the fault that strikes its next answers. */
const known = new Map<string, { readonly state: State; readonly amountMinor: number | null }>();
let fault: "after" | "html" | null = null;
let money = 10_000;

/** Acme, as its documents say that it is. */
const acme = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    if (request.headers.get("authorization") !== `Bearer ${API_KEY}`)
      return new Response(null, { status: 401 });
    const id = new URL(request.url).pathname.split("/").at(-1) ?? "";
    if (fault === "html") return new Response("<h1>Bad Gateway</h1>");
    if (request.method === "DELETE") {
      if (known.get(id)?.state === "authorised") money += known.get(id)?.amountMinor ?? 0;
      known.set(id, { state: "voided", amountMinor: null });
    } else if (!known.has(id)) {
      const { amountMinor } = (await request.json()) as { amountMinor: number };
      const state = amountMinor <= money ? "authorised" : "declined";
      if (state === "authorised") money -= amountMinor;
      known.set(id, { state, amountMinor });
    }
    if (fault === "after") return new Response(null, { status: 502 });
    return Response.json(known.get(id));
  },
});
afterAll(() => acme.stop(true));
beforeEach(() => {
  known.clear();
  fault = null;
  money = 10_000;
});

const provider = acmePayment({ url: acme.url.origin, apiKey: API_KEY });
const order = (amountMinor = 4_900): Order => anOrder({ total: { amountMinor, currency: "USD" } });

/** What the saga hears, asked through the use case that asks. */
const ask = async (kind: "authorise-payment" | "void-payment", of: Order, deadlineMs = DEADLINE_MS) => {
  const payments = { manual: { name: "manual", asked: true, ...provider } };
  const deps = { payments, log: { warn: () => undefined } } as unknown as PerformAskDeps;
  const { answer, problem } = await performAsk(deps, of, { kind, version: 7 }, deadlineMs);
  return [answer, problem?.split(":")[0] ?? null];
};

test("the money of an order is set aside once, however often it is asked for", async () => {
  const one = order();
  for (const _ of [1, 2, 3])
    expect(await ask("authorise-payment", one)).toEqual([{ type: "payment-approved", version: 7 }, null]);
  expect(money).toBe(5_100);
});

test("what is declined stays declined", async () => {
  const dear = order(20_000);
  for (const _ of [1, 2])
    expect(await ask("authorise-payment", dear)).toEqual([{ type: "payment-declined", version: 7 }, null]);
  expect(money).toBe(10_000);
});

test("an authorisation is given back once, and where there is none nothing happens", async () => {
  const one = order();
  await ask("authorise-payment", one);
  for (const each of [one, one, order()])
    expect(await ask("void-payment", each)).toEqual([{ type: "payment-voided", version: 7 }, null]);
  expect(money).toBe(10_000);
});

test("one that comes after its void is not given any more", async () => {
  const one = order();
  await ask("void-payment", one);
  expect(await ask("authorise-payment", one)).toEqual([{ type: "payment-declined", version: 7 }, null]);
  expect(money).toBe(10_000);
});

test("an answer that was lost is none, and the next one is the same", async () => {
  const one = order();
  fault = "after";
  expect(await ask("authorise-payment", one)).toEqual([{ type: "no-answer", version: 7 }, "UNAVAILABLE"]);
  fault = null;
  expect(await ask("authorise-payment", one)).toEqual([{ type: "payment-approved", version: 7 }, null]);
  expect(money).toBe(5_100);
});

test("what cannot be read, and what comes too late, is no answer", async () => {
  fault = "html";
  expect(await ask("authorise-payment", order())).toEqual([{ type: "no-answer", version: 7 }, "UNAVAILABLE"]);
  const silent = Bun.listen({ port: 0, hostname: "127.0.0.1", socket: { data: () => undefined } });
  const late = acmePayment({ url: `http://127.0.0.1:${silent.port}`, apiKey: API_KEY });
  await expect(late.authorise(order(), 50)).rejects.toThrow("not answering");
  silent.stop(true);
});
