import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames } from "../shared/drivers/ensure-database.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { openShopFloor, type ShopFloor, startLoad } from "./busy-shop.ts";
import { ownFolder, runCommand } from "./own-folder.ts";
import { allPages, countIn, orderProblems, orderSchema, stockProblems } from "./shop-invariants.ts";

setDefaultTimeout(240_000);

const ADMIN_PHONE = "+10000000001";
const ORDERS_PER_SECOND = 10;
const ACCEPTED_BEFORE = 15;

const before = ownFolder();
const after = ownFolder();
const shelf = mkdtempSync(join(tmpdir(), "kiosk-backup-"));
const backup = join(shelf, "monday");
let floor: ShopFloor;
let acknowledged: readonly string[] = [];
let restored: KioskProcess;

const databasesOf = ({ dataDir }: { readonly dataDir: string }) => ({
  databaseUrl(service: ServiceName): string {
    const record = readRecord(dataDir);
    if (record === undefined) throw new Error("there is no database in the folder");
    return clusterUrl(record, databaseNames[service]);
  },
});

const runOn = (script: string, words: readonly string[], dataDir: string) =>
  runCommand(`tools/${script}.ts`, words, { DATA_DIR: dataDir });

beforeAll(async () => {
  const kiosk = await before.start({ env: { ADMIN_PHONES: ADMIN_PHONE } });
  const shop = { url: kiosk.url, dataDir: before.dataDir, adminPhone: ADMIN_PHONE };
  floor = await openShopFloor(shop, { buyers: 3 });
  const load = startLoad(floor, ORDERS_PER_SECOND);
  await waitFor(() => load.accepted.size >= ACCEPTED_BEFORE, { timeoutMs: 60_000, what: "orders" });
  acknowledged = [...load.accepted.keys()];
  const made = await runOn("backup/backup", [backup, "--json"], before.dataDir);
  expect([made.exitCode, made.err]).toEqual([0, ""]);
  const ordersDuring = load.accepted.size;
  await waitFor(() => load.accepted.size > ordersDuring, { timeoutMs: 60_000, what: "orders after it" });
  await load.stop();
  await kiosk.kill();
  // The secrets are not in a backup: whoever restores it has kept them.
  copyFileSync(join(before.dataDir, "secrets.json"), join(after.dataDir, "secrets.json"));
});
afterAll(async () => {
  await Promise.all([before.close(), after.close()]);
  rmSync(shelf, { recursive: true, force: true });
});

test("a backup that was made while orders came in restores into an empty folder, and a second time it is refused", async () => {
  const done = await runOn("backup/restore", [backup, "--keep-sessions"], after.dataDir);
  expect([done.exitCode, done.out]).toEqual([0, expect.stringContaining("events are published again")]);
  const again = await runOn("backup/restore", [backup], after.dataDir);
  expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining("is not empty")]);
});

test("every order acknowledged before the backup is there once Kiosk starts on it, none is stuck, and no event is left over", async () => {
  restored = await after.start({ env: { ADMIN_PHONES: ADMIN_PHONE } });
  const books = { ...floor, api: createApiClient(restored.url) };
  const databases = databasesOf(after);
  const ordersNow = () => allPages(books, "/v1/orders", orderSchema);
  await waitFor(async () => orderProblems(await ordersNow()).length === 0, {
    timeoutMs: 60_000,
    everyMs: 500,
    what: "every order to end",
  });
  const orders = await ordersNow();
  const ids = new Set(orders.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  const unsent = () =>
    countIn(databases, "orders", "select count(*) as n from outbox where published_at is null");
  await waitFor(async () => (await unsent()) === 0, { timeoutMs: 60_000, what: "events to go out" });
  await waitFor(async () => (await stockProblems(books, orders)).length === 0, {
    timeoutMs: 60_000,
    everyMs: 500,
    what: "stock and orders to agree",
  });
  expect(await countIn(databases, "orders", "select count(*) as n from parked_message")).toBe(0);
});

test("stock:verify and replicas:verify find nothing, also beside the running Kiosk", async () => {
  const stock = await runOn("stock/verify", [], after.dataDir);
  expect([stock.exitCode, stock.out]).toEqual([0, expect.stringContaining("agree")]);
  const replicas = await runOn("replicas/verify", [], after.dataDir);
  expect([replicas.exitCode, replicas.err]).toEqual([0, ""]);
});

test("status and db:migrate --plan tell of a shop that is well, and of a gateway that is not there", async () => {
  const plan = await runOn("db-migrate", ["--plan", "--json"], after.dataDir);
  expect([plan.exitCode, JSON.parse(plan.out)]).toMatchObject([
    0,
    { databases: Array.from({ length: 5 }, () => ({ pending: [], unknown: 0 })) },
  ]);
  const well = await runOn("status/status", ["--url", restored.url], after.dataDir);
  expect([well.exitCode, well.out]).toEqual([0, expect.stringContaining(`All is well at ${restored.url}`)]);
  const away = await runOn("status/status", ["--url", "http://127.0.0.1:1"], after.dataDir);
  expect([away.exitCode, away.out]).toEqual([
    1,
    expect.stringContaining("! the gateway does not answer at http://127.0.0.1:1"),
  ]);
  const busy = await runOn("db-migrate", [], after.dataDir);
  expect([busy.exitCode, busy.err]).toEqual([2, expect.stringContaining("is running in")]);
});

test("new orders are numbered after the old ones", async () => {
  const [buyer] = floor.buyers;
  const sku = [...floor.initial.keys()][0] ?? "";
  const api = createApiClient(restored.url);
  const { body } = await api.expect([201, 202], orderSchema, "/v1/orders", {
    method: "POST",
    body: { lines: [{ sku, quantity: 1 }] },
    token: buyer?.accessToken,
  });
  const notBelow = `select count(*) as n from customer_order where id <> '${body.id}' and number >= '${body.number}'`;
  expect(await countIn(databasesOf(after), "orders", notBelow)).toBe(0);
});
