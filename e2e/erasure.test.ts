import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { putOnShelf } from "./busy-shop.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(180_000);

const SKU = "LAMP";
const PHONE = "+15550987123";
/** What the person gives of themselves, each word to be found by itself. */
const CANARIES = {
  firstName: "Zyxwana",
  name: "Qopalina Brenk",
  username: "vexilo.tramm",
  email: "jubrik@zonnet.example",
  timezone: "Antarctica/Troll",
  note: "leave it with Wubbel next door",
  cancelledNote: "for Grandma Plonk",
  recipient: "Ostrava Quill",
  line1: "17 Flumberry Mews",
  line2: "Flat Zeta Nine",
  city: "Grimsborough-on-Wye",
  region: "Lower Snark",
  postalCode: "ZQ9 7XX",
  reason: "my cousin Tindle brought one",
  key: "order-of-mimsy-77",
} as const;
/** Another service asks for news of the account only by these: the phone and the Telegram account are checked apart. */
const given = Object.values(CANARIES);

const own = ownFolder();
afterAll(own.close);

/** Runs a statement in the database of a service, as whoever breaks and mends one does. */
const inDatabase = async <Row extends object>(service: ServiceName, statement: string): Promise<Row[]> => {
  const record = readRecord(own.dataDir);
  if (!record) throw new Error("there is no database in the folder");
  return withClient(
    clusterUrl(record, databaseNames[service]),
    async (client) => (await client.query(statement)).rows as Row[],
  );
};

/** Every row of every table of all services, as text. */
const dumpAll = async (): Promise<{ readonly place: string; readonly text: string }[]> => {
  const dumps = serviceNames.map(async (service) => {
    const tables = await inDatabase<{ name: string }>(
      service,
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    );
    return Promise.all(
      tables.map(async ({ name }) => ({
        place: `${service}.${name}`,
        text: JSON.stringify(await inDatabase(service, `select t::text from "${name}" as t`)),
      })),
    );
  });
  return (await Promise.all(dumps)).flat();
};

const placesOf = (dump: Awaited<ReturnType<typeof dumpAll>>, words: readonly string[]): string[] =>
  dump.flatMap(({ place, text }) =>
    words.filter((word) => text.includes(word)).map((word) => `${word} in ${place}`),
  );

const orderSchema = z.looseObject({ id: z.string(), version: z.int() });
const begunSchema = z.looseObject({ id: z.string(), state: z.string(), receiptSecret: z.string() });
const receiptSchema = z.looseObject({
  state: z.string(),
  lastMessage: z.string().nullable(),
  services: z.array(
    z.looseObject({
      service: z.string(),
      state: z.string(),
      kept: z.array(z.looseObject({ what: z.string() })),
    }),
  ),
});
type Receipt = z.infer<typeof receiptSchema>;

const openShop = async (url: string) => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  return { api, sandbox };
};
type Shop = Awaited<ReturnType<typeof openShop>>;

const address = {
  recipient: CANARIES.recipient,
  line1: CANARIES.line1,
  line2: CANARIES.line2,
  city: CANARIES.city,
  region: CANARIES.region,
  postalCode: CANARIES.postalCode,
  country: "GB",
};

const place = async ({ api }: Shop, buyer: SignedIn, note: string, key?: string) => {
  const { body } = await api.expect(201, orderSchema, "/v1/orders", {
    method: "POST",
    token: buyer.accessToken,
    body: { lines: [{ sku: SKU, quantity: 1 }], note, address },
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });
  return body.id;
};

/** A life with the shop: a profile, an order that is cancelled, one that arrives, and the news of both in the chat. */
const liveThere = async (shop: Shop, admin: SignedIn, buyer: SignedIn): Promise<void> => {
  const { api, sandbox } = shop;
  const { name, username, email, timezone } = CANARIES;
  const profile = { name, username, email, timezone };
  await api.expect(200, z.unknown(), "/v1/users/me", {
    method: "PATCH",
    token: buyer.accessToken,
    body: profile,
  });
  const cancelled = await place(shop, buyer, CANARIES.cancelledNote, CANARIES.key);
  await api.expect(200, z.unknown(), `/v1/orders/${cancelled}/cancel`, {
    method: "POST",
    token: buyer.accessToken,
    body: { reason: CANARIES.reason },
  });
  const delivered = await place(shop, buyer, CANARIES.note);
  for (const status of ["packed", "shipped", "delivered"])
    await api.expect(200, z.unknown(), `/v1/orders/${delivered}/status`, {
      method: "PATCH",
      token: admin.accessToken,
      body: { status },
    });
  await sandbox.waitForMessage(
    buyer.personId,
    0,
    ({ text }) => text.includes("has been delivered"),
    "the delivery",
  );
  await sandbox.waitForMessage(
    buyer.personId,
    0,
    ({ text }) => text.includes(CANARIES.reason),
    "the cancellation",
  );
};

const receiptOf = async (
  { api }: Shop,
  { id, receiptSecret }: z.infer<typeof begunSchema>,
): Promise<Receipt> => {
  const call = { headers: { "x-receipt-secret": receiptSecret } };
  return (await api.expect(200, receiptSchema, `/v1/users/erasures/${id}`, call)).body;
};

const untilReceipt = (
  shop: Shop,
  begun: z.infer<typeof begunSchema>,
  isSo: (receipt: Receipt) => boolean,
  what: string,
) =>
  waitFor(
    async () => {
      const receipt = await receiptOf(shop, begun);
      return isSo(receipt) && receipt;
    },
    { what, timeoutMs: 60_000 },
  );

test("a person gets all that they gave, and it is gone from every table afterwards, though a service is away and the process is killed", async () => {
  const first = await own.start();
  const shop = await openShop(first.url);
  const admin = await signIn(shop.api, shop.sandbox, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  await putOnShelf(shop.api, admin.accessToken, SKU, 10);
  const buyer = await signIn(shop.api, shop.sandbox, { firstName: CANARIES.firstName, phone: PHONE });
  const stranger = await signIn(shop.api, shop.sandbox, { firstName: "Strange", phone: "+15550987999" });
  await liveThere(shop, admin, buyer);

  const before = await dumpAll();
  const kinds = [...given, PHONE, String(buyer.personId)];
  expect(kinds.filter((word) => placesOf(before, [word]).length === 0)).toEqual([]);

  const exported = await shop.api.send("/v1/users/me/export", { token: buyer.accessToken });
  expect(exported.status).toBe(200);
  const text = JSON.stringify(exported.body);
  expect(
    [...given.filter((word) => word !== CANARIES.firstName), PHONE].filter((word) => !text.includes(word)),
  ).toEqual([]);
  const strange = await shop.api.send("/v1/users/me/export", { token: stranger.accessToken });
  expect(strange.status).toBe(200);
  expect([...given, PHONE].filter((word) => JSON.stringify(strange.body).includes(word))).toEqual([]);

  await inDatabase("catalog", "alter table erased_person rename to erased_person_away");
  expect((await shop.api.send("/v1/users/me/export", { token: buyer.accessToken })).status).toBe(200);
  const { body: begun } = await shop.api.expect(202, begunSchema, "/v1/users/me", {
    method: "DELETE",
    token: buyer.accessToken,
    body: { confirm: "erase" },
  });
  expect((await shop.api.send("/v1/users/me", { token: buyer.accessToken })).status).toBe(401);
  const doneOf = ({ services }: Receipt) => services.filter(({ state }) => state === "done").length;
  const halfway = await untilReceipt(
    shop,
    begun,
    (receipt) => doneOf(receipt) === 4,
    "all services but the catalog",
  );
  expect(halfway).toMatchObject({ state: "running", lastMessage: null });

  await first.kill();
  const second = await own.start();
  await inDatabase("catalog", "alter table erased_person_away rename to erased_person");
  const again = await openShop(second.url);
  const done = await untilReceipt(
    again,
    begun,
    ({ state, lastMessage }) => state === "done" && lastMessage === "sent",
    "the end",
  );
  expect(
    done.services
      .flatMap(({ kept }) => kept)
      .map(({ what }) => what)
      .join(),
  ).toContain("orders: numbers");
  await again.sandbox.waitForMessage(
    buyer.personId,
    0,
    ({ text: said }) => said.includes(begun.id),
    "the last message",
  );

  const after = await dumpAll();
  expect(placesOf(after, [...given, PHONE])).toEqual([]);
  const telegramId = new RegExp(`(^|[^0-9-])${buyer.personId}([^0-9-]|$)`);
  expect(after.filter(({ text: dump }) => telegramId.test(dump)).map(({ place: where }) => where)).toEqual(
    [],
  );

  const books = await inDatabase<{ total: string; user_id: string }>(
    "orders",
    `select total_minor::text as total, user_id from customer_order where user_id = '${buyer.userId}'`,
  );
  expect(books.length).toBe(2);
  const anew = await signIn(again.api, again.sandbox, { firstName: CANARIES.firstName, phone: PHONE });
  expect(anew.userId).not.toBe(buyer.userId);
});
