import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { startCluster } from "./cluster.ts";
import { createOidcBrowser, signInByOidc } from "./oidc-browser.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(120_000);

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

const productsSchema = z.object({
  items: z.array(z.object({ sku: z.string(), stock: z.object({ inStock: z.boolean() }) })),
});
const eve = { firstName: "Eve", phone: "+15550160001" };

const clientsOf = ({ url, dataDir }: { readonly url: string; readonly dataDir: string }) => {
  const api = createApiClient(url);
  return { api, sandbox: createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "") };
};

/** The whole of it through the gateway, and the same account by code afterwards. */
const expectSignIn = async (shop: { readonly url: string; readonly dataDir: string }) => {
  const { api, sandbox } = clientsOf(shop);
  const { user } = await signInByOidc(api, {
    ...eve,
    sharesPhone: true,
    letsBotWrite: true,
  });
  expect(user).toMatchObject({ phone: eve.phone, role: "customer" });
  const again = await signIn(api, sandbox, eve);
  expect(again.userId).toBe(user.id);
  expect(again.personId).toBe(user.telegramUserId ?? 0);
};

describe("auth-17: “Log in with Telegram” through the gateway", () => {
  const own = ownFolder();
  closers.push(own.close);
  const started = own.start({ env: { ALLOWED_ORIGINS: "https://app.example" } });
  const open = async () => clientsOf({ url: (await started).url, dataDir: own.dataDir });

  test("auth-18: the bot may write of orders to who agreed to it, though nobody has pressed Start", async () => {
    const { api, sandbox } = await open();
    const who = { firstName: "Ada", phone: "+15550160004", sharesPhone: true, letsBotWrite: true };
    const { accessToken: token, user } = await signInByOidc(api, who);
    const { body } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
    const order = { lines: [{ sku: body.items[0]?.sku ?? "", quantity: 1 }] };
    await api.expect([201, 202], z.unknown(), "/v1/orders", { method: "POST", token, body: order });
    const isCard = ({ from }: { from: string }) => from === "bot";
    await sandbox.waitForMessage(user.telegramUserId ?? 0, 0, isCard, "the order's card");
  });

  test("auth-18: signs in to the same account as a code does", async () => {
    await expectSignIn({ url: (await started).url, dataDir: own.dataDir });
  });

  test("auth-18: without a phone the account has none", async () => {
    const { api, sandbox } = await open();
    const who = { firstName: "Mallory", phone: "+15550160002", sharesPhone: false, letsBotWrite: false };
    const { user } = await signInByOidc(api, who);
    expect(user.phone).toBeNull();
    expect(await sandbox.person(who.firstName, who.phone)).toBe(user.telegramUserId ?? 0);
  });

  test("auth-18: who has stopped the bot and lets it write again gets its messages again", async () => {
    const { api, sandbox } = await open();
    const who = { firstName: "Grace", phone: "+15550160003" };
    const first = await signIn(api, sandbox, who);
    const headers = { "x-sandbox-token": readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "" };
    const block = { method: "POST", body: { blocked: true }, headers } as const;
    await api.expect(200, z.unknown(), `/sandbox/api/people/${first.personId}/block`, block);
    const { accessToken, user } = await signInByOidc(api, { ...who, sharesPhone: true, letsBotWrite: true });
    expect(user.id).toBe(first.userId);
    const { body } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
    const after = await sandbox.lastMessageId(first.personId);
    const order = { lines: [{ sku: body.items[0]?.sku ?? "", quantity: 1 }] };
    await api.expect([201, 202], z.unknown(), "/v1/orders", {
      method: "POST",
      token: accessToken,
      body: order,
    });
    await sandbox.waitForMessage(first.personId, after, ({ from }) => from === "bot", "the order's card");
  });

  test("keeps codes and tokens out of every address but the fragment, and the cookie to its routes", async () => {
    const { api } = await open();
    const browser = createOidcBrowser(api);
    const form = await browser.begin("https://app.example/welcome");
    const back = await browser.consent(form, { ...eve, sharesPhone: false, letsBotWrite: false });
    const came = await browser.open(back);
    expect([came.status, came.headers.get("referrer-policy")]).toEqual([303, "no-referrer"]);
    const location = came.headers.get("location") ?? "";
    expect(location).toMatch(/^https:\/\/app\.example\/welcome#signInCode=[A-Za-z0-9_-]{43}$/);
    expect(came.headers.getSetCookie()[0]).toMatch(
      /^kiosk-oidc=[^;]+; Path=\/v1\/auth\/telegram\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    // The same answer again, and the code without the cookie.
    expect((await browser.open(back)).status).toBe(401);
    expect((await createOidcBrowser(api).exchange(location)).status).toBe(401);
    expect((await browser.exchange(location)).status).toBe(200);
    expect((await browser.exchange(location)).status).toBe(401);
  });

  test("a page of an allowed origin may bring the cookie, nobody is sent to a stranger's page", async () => {
    const { url } = await started;
    const preflight = await fetch(`${url}/v1/auth/telegram/oidc/exchange`, {
      method: "OPTIONS",
      headers: { origin: "https://app.example", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-credentials")).toBe("true");
    const start = `${url}/v1/auth/telegram/oidc/start?returnTo=${encodeURIComponent("https://evil.example/")}`;
    expect((await fetch(start, { redirect: "manual" })).status).toBe(422);
  });
});

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

describeIf(postgres && redis && rabbitmq, missing, "auth-17: “Log in with Telegram” over processes", () => {
  test("auth reaches the sandbox through the gateway, and any auth ends what another began", async () => {
    const cluster = await startCluster([["gateway"], ["auth"], ["auth"], ["notify"]]);
    await expectSignIn(cluster).finally(cluster.close);
  });
});
