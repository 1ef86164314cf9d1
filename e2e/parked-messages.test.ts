import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { putOnShelf } from "./busy-shop.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(120_000);

const SKU = "LAMP";
const QUEUE = "orders.catalog-events";
/** Five attempts take more than six seconds. */
const PARKED_WITHIN_MS = 30_000;

const own = ownFolder();
let api: ApiClient;
let sandbox: SandboxClient;
let admin: SignedIn;
let buyer: SignedIn;

beforeAll(async () => {
  const { url } = await own.start();
  api = createApiClient(url);
  sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  admin = await signIn(api, sandbox, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  buyer = await signIn(api, sandbox, { firstName: "Bea", phone: "+15550123456" });
  await putOnShelf(api, admin.accessToken, SKU, 100);
});
afterAll(own.close);

/** Runs a statement in the database of orders, as whoever breaks and mends a service does. */
const inOrders = (statement: string) => {
  const record = readRecord(own.dataDir);
  if (!record) throw new Error("there is no database in the folder");
  return withClient(clusterUrl(record, databaseNames.orders), (client) => client.query(statement));
};

const productSchema = z.object({ items: z.array(z.looseObject({ id: z.string(), sku: z.string() })) });
const orderSchema = z.looseObject({ lines: z.array(z.looseObject({ name: z.string() })) });
const parkedSchema = z.looseObject({ id: z.string(), state: z.string() });
const parkedPageSchema = z.object({
  items: z.array(parkedSchema),
  nextCursor: z.string().nullable(),
  unavailable: z.array(z.string()),
});

const asAdmin = (call: object = {}) => ({ ...call, token: admin.accessToken });
const parked = async (query = "") =>
  (await api.expect(200, parkedPageSchema, `/v1/ops/parked${query}`, asAdmin())).body;
const post = (path: string, body?: object) => api.send(path, asAdmin({ method: "POST", body }));

/** The name under which the product is sold now: orders' own copy of it. */
const soldAs = async (): Promise<string> => {
  const call = {
    method: "POST",
    token: buyer.accessToken,
    body: { lines: [{ sku: SKU, quantity: 1 }] },
  } as const;
  const { body } = await api.expect(201, orderSchema, "/v1/orders", call);
  return body.lines[0]?.name ?? "";
};

const rename = async (name: string): Promise<void> => {
  const { body } = await api.expect(200, productSchema, "/v1/products", asAdmin());
  const id = body.items.find(({ sku }) => sku === SKU)?.id ?? "";
  await api.expect(200, z.unknown(), `/v1/products/${id}`, asAdmin({ method: "PATCH", body: { name } }));
};

test("an event that poisons a service is parked, the admins are told, and a replay by the API applies it", async () => {
  const isKnown = async () =>
    (await inOrders(`select 1 from product_replica where sku = '${SKU}'`)).rowCount === 1;
  await waitFor(isKnown, { what: "the product in the replica of orders" });
  await inOrders("alter table product_replica add constraint poison check (name <> 'Poisoned lamp')");
  const lastHeard = await sandbox.lastMessageId(admin.personId);
  await rename("Poisoned lamp");

  const [message] = await waitFor(
    async () => {
      const { items } = await parked(`?queue=${QUEUE}`);
      return items.length > 0 && items;
    },
    { what: "the parked message", timeoutMs: PARKED_WITHIN_MS },
  );
  expect(message).toMatchObject({
    ...{ service: "orders", queue: QUEUE, type: "product.updated", state: "parked", attempts: 5 },
    error: expect.stringContaining("poison"),
  });
  const alert = await sandbox.waitForMessage(
    admin.personId,
    lastHeard,
    ({ text }) => text.includes("parked"),
    "an alert about a parked message",
  );
  for (const part of ["An event", QUEUE, "product.updated", `GET /v1/ops/parked?queue=${QUEUE}`])
    expect(alert.text).toContain(part);

  expect(await soldAs()).toBe(`Thing ${SKU}`);
  const path = `/v1/ops/parked/${message?.id}`;
  expect(await post(`${path}/replay`)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
  expect(await post("/v1/ops/parked/replay", {})).toMatchObject({
    status: 200,
    body: { replayed: 0, failed: [{ id: message?.id }], remaining: 0, unavailable: [] },
  });

  await inOrders("alter table product_replica drop constraint poison");
  expect(await post(`${path}/replay`)).toMatchObject({
    status: 200,
    body: { id: message?.id, state: "replayed" },
  });
  expect(await soldAs()).toBe("Poisoned lamp");
  expect((await parked()).items).toEqual([]);
  expect((await parked("?state=replayed")).items.map(({ id }) => id)).toEqual([message?.id ?? ""]);
  const drop = (token: string) =>
    api.send(`${path}/drop`, { method: "POST", body: { reason: "too late" }, token });
  expect(await drop(admin.accessToken)).toMatchObject({
    status: 403,
    body: { code: "STEP_UP_REQUIRED", action: "ops.drop" },
  });
  const proved = await stepUp(api, sandbox, admin, "ops.drop");
  expect((await drop(proved.accessToken)).status).toBe(409);
});

test("the outbox of every service is seen, and empty once all is told", async () => {
  const outboxesSchema = z.object({
    items: z.array(z.looseObject({ service: z.string(), unsent: z.int() })),
    unavailable: z.array(z.string()),
  });
  const empty = await waitFor(
    async () => {
      const { body } = await api.expect(200, outboxesSchema, "/v1/ops/outbox", asAdmin());
      return body.items.every(({ unsent }) => unsent === 0) && body;
    },
    { what: "empty outboxes" },
  );
  expect(empty.items.map(({ service }) => service)).toEqual(["auth", "catalog", "inventory", "orders"]);
  expect(empty.unavailable).toEqual([]);
});
