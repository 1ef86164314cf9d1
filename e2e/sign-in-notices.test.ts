import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { type ChatMessage, createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { type OneProcess, openOneProcess } from "./one-process.ts";

setDefaultTimeout(120_000);

const DESK = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const POCKET =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1";

let shop: OneProcess;
let api: ApiClient;
let sandbox: SandboxClient;
beforeAll(async () => {
  shop = await openOneProcess({});
  api = createApiClient(shop.url);
  sandbox = createSandboxClient(api, readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "");
});
afterAll(() => shop?.close());

/** The API as a program calls it that names itself so. */
const apiOn = (userAgent: string): ApiClient => {
  const named = <Call extends { readonly headers?: Readonly<Record<string, string>> }>(call: Call) => ({
    ...call,
    headers: { ...call.headers, "user-agent": userAgent },
  });
  return {
    ...api,
    send: (path, call = {}) => api.send(path, named(call)),
    expect: (status, schema, path, call = {}) => api.expect(status, schema, path, named(call)),
  };
};
const signInOn = (userAgent: string, who: { firstName: string; phone: string }): Promise<SignedIn> =>
  signIn(apiOn(userAgent), sandbox, who);

const isNotice = ({ from, text }: ChatMessage): boolean => from === "bot" && /on a new device/.test(text);
const noticesTo = async (personId: number) => (await sandbox.messages(personId)).filter(isNotice);
const me = async (token: string) => (await api.send("/v1/users/me", { token })).status;
const refreshStatus = async ({ refreshToken }: SignedIn) =>
  (await api.send("/v1/auth/refresh", { method: "POST", body: { refreshToken } })).status;

describe("auth-24: the notices of sign-ins, as the person sees them in the chat", () => {
  test("a new device is told with a button that signs it out everywhere; the first and a known one are not told", async () => {
    const who = { firstName: "Nora", phone: "+15550240001" };
    const first = await signInOn(DESK, who);
    const known = await signInOn(DESK, who);
    const thief = await signInOn(POCKET, who);
    const notice = await sandbox.waitForMessage(first.personId, 0, isNotice, "the notice of a new device");
    expect(notice.text).toContain("Safari on iOS");
    expect(notice.text).toContain("local network");
    expect(notice.text).toMatch(/Time: .*20\d\d.* UTC/);
    expect(notice.buttons.flat().map(({ label }) => label)).toEqual(["Not me"]);
    expect(await noticesTo(first.personId)).toHaveLength(1);

    await sandbox.tap(first.personId, notice.messageId, "Not me");
    // Every service refuses the session, not auth alone.
    await waitFor(async () => (await me(thief.accessToken)) === 401, { what: "the end of the session" });
    const orders = async () => (await api.send("/v1/orders", { token: thief.accessToken })).status;
    await waitFor(async () => (await orders()) === 401, { what: "the end of the session in orders" });
    expect(await refreshStatus(thief)).toBe(401);
    expect([await me(first.accessToken), await me(known.accessToken)]).toEqual([200, 200]);
    await waitFor(
      async () => (await sandbox.messages(first.personId)).some(({ text }) => /has been ended/.test(text)),
      { what: "the word that it is signed out" },
    );
    expect(await noticesTo(first.personId)).toEqual([]);
  });

  test("auth-12: who loses the phone to another account is told once and stays signed in", async () => {
    const [old, heir] = [
      { firstName: "Olga", phone: "+15550240002" },
      { firstName: "Henk", phone: "+15550240003" },
    ];
    const before = await signInOn(DESK, old);
    const after = await signInOn(DESK, heir);
    // Henk's number is Olga's old one now: Telegram says so in the contact that he shares.
    const challengeSchema = z.object({ deepLink: z.url() });
    const { body: asked } = await api.expect(202, challengeSchema, "/v1/auth/otp/request", {
      method: "POST",
      body: { phone: old.phone },
    });
    const last = await sandbox.lastMessageId(after.personId);
    await sandbox.start(after.personId, new URL(asked.deepLink).searchParams.get("start") ?? "");
    await sandbox.waitForMessage(after.personId, last, ({ text }) => /phone/i.test(text), "the request");
    await api.expect([200, 201, 202, 204], z.unknown(), `/sandbox/api/people/${after.personId}/contact`, {
      method: "POST",
      body: { phone: old.phone, userId: after.personId },
      headers: { "x-sandbox-token": readKeptSecrets(shop.dataDir).SANDBOX_TOKEN ?? "" },
    });
    const isTold = ({ text }: ChatMessage) => /belongs to another account now/.test(text);
    await sandbox.waitForMessage(before.personId, 0, isTold, "the notice of the phone");
    expect((await sandbox.messages(before.personId)).filter(isTold)).toHaveLength(1);
    expect([await me(before.accessToken), await refreshStatus(before)]).toEqual([200, 200]);
    const userSchema = z.object({ phone: z.string().nullable() });
    const phoneOf = async (token: string) =>
      (await api.expect(200, userSchema, "/v1/users/me", { token })).body.phone;
    expect([await phoneOf(before.accessToken), await phoneOf(after.accessToken)]).toEqual([null, old.phone]);
  });
});

describe("auth-22: what a fresh code begins, over auth, the chat and another service", () => {
  const productsSchema = z.object({ items: z.array(z.object({ sku: z.string() })).min(1) });
  const orderSchema = z.object({ id: z.string(), status: z.string() });
  const problemSchema = z.object({ code: z.string(), action: z.string() });

  test("staff pay somebody back with a code that names it, and not without", async () => {
    const buyer = await signInOn(DESK, { firstName: "Pia", phone: "+15550240004" });
    const merchant = await signInOn(DESK, { firstName: "Ada", phone: shop.adminPhone });
    const { body: products } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
    const { body: order } = await api.expect(201, orderSchema, "/v1/orders", {
      ...{ method: "POST", token: buyer.accessToken },
      body: { lines: [{ sku: products.items[0]?.sku ?? "", quantity: 1 }], payment: "simulated" },
    });
    const cancel = (token: string) =>
      api.send(`/v1/orders/${order.id}/cancel`, { method: "POST", token, body: {} });
    const refused = await cancel(merchant.accessToken);
    expect(refused.status).toBe(403);
    expect(problemSchema.parse(refused.body)).toEqual({ code: "STEP_UP_REQUIRED", action: "orders.refund" });

    const last = await sandbox.lastMessageId(merchant.personId);
    const proved = await stepUp(api, sandbox, merchant, "orders.refund");
    const asks = ({ text }: ChatMessage) => /to have a customer's payment paid back/.test(text);
    await sandbox.waitForMessage(merchant.personId, last, asks, "the code that names what it is for");
    const done = await cancel(proved.accessToken);
    expect([done.status, orderSchema.parse(done.body).status]).toEqual([200, "cancelled"]);
  });
});
