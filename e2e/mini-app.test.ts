import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHmac } from "node:crypto";
import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { SANDBOX_BOT_TOKEN } from "../sandbox/sandbox.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(90_000);

const own = ownFolder();
let api: ApiClient;
let sandbox: SandboxClient;

beforeAll(async () => {
  api = createApiClient((await own.start()).url);
  sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
});
afterAll(own.close);

const signedInSchema = z.object({
  accessToken: z.string(),
  user: z.object({ id: z.string(), phone: z.null(), telegramUserId: z.int(), name: z.string() }),
});
const productsSchema = z.object({ items: z.array(z.object({ sku: z.string() })).min(1) });
const orderSchema = z.object({ id: z.string(), number: z.string() });

const exchange = (initData: string) =>
  api.send("/v1/auth/telegram/miniapp", { method: "POST", body: { initData } });

test("auth-16: a person opens the Mini App, is signed in, buys, and hears of it in the chat", async () => {
  const personId = await sandbox.person("Mina", "+15550160001");
  const answer = await exchange(await sandbox.initData(personId));
  expect(answer.status).toBe(200);
  const { accessToken: token, user } = signedInSchema.parse(answer.body);
  expect(user).toMatchObject({ telegramUserId: personId, name: "Mina", phone: null });

  await sandbox.start(personId);
  const { body: products } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
  const lines = [{ sku: products.items[0]?.sku ?? "", quantity: 1 }];
  const { body: order } = await api.expect([201, 202], orderSchema, "/v1/orders", {
    method: "POST",
    body: { lines },
    token,
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  const card = await sandbox.waitForMessage(
    personId,
    0,
    ({ text }) => text.includes(order.number),
    "the order's card",
  );
  expect(card.from).toBe("bot");
});

test("auth-16: changed, stale and used-up data are refused alike, through the gateway too", async () => {
  const personId = await sandbox.person("Mira", "+15550160002");
  const good = await sandbox.initData(personId);
  const tampered = await exchange(good.replace(String(personId), String(personId + 1)));
  for (let n = 0; n < 5; n += 1) expect((await exchange(good)).status).toBe(200);
  const sixth = await exchange(good);
  expect([tampered.status, sixth.status]).toEqual([401, 401]);
  const withoutId = (body: unknown) => ({ ...(body as object), requestId: "" });
  expect(withoutId(sixth.body)).toEqual(withoutId(tampered.body));
});

test("auth-15: the token of the sandbox's bot, which stands in the source, signs nobody in", async () => {
  const personId = await sandbox.person("Mona", "+15550160003");
  const fields = new URLSearchParams(await sandbox.initData(personId));
  fields.delete("hash");
  const signed = [...fields].map(([name, value]) => `${name}=${value}`).toSorted();
  const key = createHmac("sha256", "WebAppData").update(SANDBOX_BOT_TOKEN).digest();
  fields.set("hash", createHmac("sha256", key).update(signed.join("\n")).digest("hex"));
  expect((await exchange(fields.toString())).status).toBe(401);
});

test("auth-19: the login widget is 404 unless it is switched on", async () => {
  const answer = await api.send("/v1/auth/telegram/widget", { method: "POST", body: {} });
  expect(answer.status).toBe(404);
});

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

describeIf(postgres && redis && rabbitmq, missing, "where auth runs apart, twice", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster([
      ["gateway", "catalog", "inventory", "orders", "notify"],
      ["auth"],
      ["auth"],
    ]);
  });
  afterAll(() => cluster.close());

  test("auth-15, auth-16: both have the key and no token, and count exchanges together", async () => {
    const shop = createApiClient(cluster.url);
    const people = createSandboxClient(shop, readKeptSecrets(cluster.dataDir).SANDBOX_TOKEN ?? "");
    const initData = await people.initData(await people.person("Mela", "+15550160004"));
    const body = { initData };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => shop.send("/v1/auth/telegram/miniapp", { method: "POST", body })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => 200),
      ...Array.from({ length: 7 }, () => 401),
    ]);
    const users = answers.flatMap(({ status, body: said }) =>
      status === 200 ? [signedInSchema.parse(said).user.id] : [],
    );
    expect(new Set(users).size).toBe(1);
  });
});
