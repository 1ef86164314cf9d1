import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { migrationFolders } from "../../boot/migration-folders.ts";
import { RESTORING_SCHEMA } from "../../shared/runtime/migrate.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeBackup } from "./write-backup.ts";

setDefaultTimeout(120_000);

type Shop = Readonly<Record<ServiceName, TestDatabase>>;

const USER = "019a5b7e-0000-7000-8000-00000000000a";
const CATEGORY = "019a5b7e-0000-7000-8000-00000000000b";
const ORDER = "019a5b7e-0000-7000-8000-00000000000c";
const STRANGE_ORDER = "019a5b7e-0000-7000-8000-00000000000d";
const BROADCAST = "019a5b7e-0000-7000-8000-00000000000e";
const eventId = (n: number) => `019a5b7e-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`;

const openShop = async (isEmpty: boolean): Promise<Shop> => {
  const opened = await Promise.all(
    serviceNames.map(async (name) => {
      const database = await testDatabase(isEmpty ? { name } : { name, migrations: migrationFolders[name] });
      return [name, database] as const;
    }),
  );
  return Object.fromEntries(opened) as Shop;
};

const closeShop = (shop: Shop) => Promise.all(Object.values(shop).map((database) => database.drop()));
const urlOf = (shop: Shop) => (service: ServiceName) => shop[service].url;
const run = (shop: Shop, service: ServiceName, statement: string) =>
  shop[service].db.execute(sql.raw(statement));

/** Each row of a table as text, without what is of its server alone. */
const rowsOf = async (shop: Shop, service: ServiceName, table: string): Promise<unknown[]> => {
  const { rows } = await run(
    shop,
    service,
    `select (to_jsonb(t) - 'changed_tx')::text as row from "${table}" t order by 1`,
  );
  return rows.map(({ row }) => row);
};

/** Texts that a careless file format would lose, and values that look alike. */
const fill = async (shop: Shop): Promise<void> => {
  await run(
    shop,
    "auth",
    `insert into app_user (id, version, phone, language, timezone, role, status, created_at, updated_at, name) values ('${USER}', 1, '+155500012', 'en', 'UTC', 'customer', 'active', now(), now(), E'Ünï "quoted"\\n\\\\back\\tslash {a,b} NULL')`,
  );
  await run(
    shop,
    "auth",
    `insert into session (id, user_id, created_at, last_used_at, expires_at, user_agent, ip) values ('${USER}', '${USER}', now(), now(), now() + interval '1 day', '', '::1')`,
  );
  await run(
    shop,
    "inventory",
    `insert into stock_level (sku, on_hand, reserved, low_stock_threshold, version, updated_at, changed_tx) values ('A', 5, 2, 0, 3, now(), '999999999999')`,
  );
  for (const order of [ORDER, STRANGE_ORDER])
    await run(
      shop,
      "inventory",
      `insert into reservation (order_id, status, created_at, updated_at) values ('${order}', 'held', now(), now())`,
    );
  for (const [n, published] of [
    [1, "now()"],
    [2, "now()"],
    [3, "null"],
  ] as const)
    await run(
      shop,
      "inventory",
      `insert into outbox (id, exchange, event, aggregate, published_at) values ('${eventId(n)}', 'inventory.events', '{"a": null, "b": "\u00e4"}', 'A', ${published})`,
    );
  await run(
    shop,
    "notify",
    `insert into inbox (queue, event_id) values ('notify.inventory-events', '${eventId(1)}')`,
  );
  await run(
    shop,
    "orders",
    `insert into outbox_lease (name, holder, until) values ('relay', '${USER}', now() + interval '1 hour')`,
  );
  await run(
    shop,
    "orders",
    `insert into customer_order (id, user_id, status, version, currency, total_minor, address, created_at, updated_at) values ('${ORDER}', '${USER}', 'confirmed', 1, 'USD', 9007199254740993, 'null', now(), now())`,
  );
  await run(
    shop,
    "notify",
    `insert into broadcast (id, state, version, texts, audience, created_at, updated_at, started_at, recipients, unsettled) values ('${BROADCAST}', 'running', 2, '{"en": "Sale"}', '{"languages": null}', now(), now(), now(), 3, true)`,
  );
  for (const [n, state] of [
    [1, "pending"],
    [2, "sent"],
  ] as const)
    await run(
      shop,
      "notify",
      `insert into delivery (id, dedupe_key, class, user_id, lane, notice, state, next_at, expires_at, created_at, updated_at) values ('${eventId(n)}', 'broadcast:${BROADCAST}:${eventId(n)}', 'broadcast', '${eventId(n)}', 5, '{"template": "broadcast", "broadcastId": "${BROADCAST}", "texts": {"en": "Sale", "ar": "Sale"}}', '${state}', now(), now() + interval '1 day', now(), now())`,
    );
  await run(
    shop,
    "notify",
    `insert into delivery_lane (user_id, lane, due_at, used_until) values ('${eventId(1)}', 5, now(), now())`,
  );
  await run(
    shop,
    "notify",
    `insert into broadcast_recipient (broadcast_id, user_id) values ('${BROADCAST}', '${eventId(3)}')`,
  );
  await run(shop, "orders", "select setval('order_number', 41)");
  await run(shop, "catalog", "insert into replica_cursor (name, cursor) values ('stock', 'of-another-life')");
  await run(
    shop,
    "catalog",
    `insert into category (id, parent_id, name, slug, position, version, created_at, updated_at) values ('${CATEGORY}', null, 'Root', 'root', 0, 1, now(), now())`,
  );
};

let shop: Shop;
let folder: string;
let manifest: Manifest;
const shelf = mkdtempSync(join(tmpdir(), "kiosk-backup-"));

beforeAll(async () => {
  shop = await openShop(false);
  await fill(shop);
  folder = join(shelf, "first");
  manifest = await writeBackup(urlOf(shop), folder);
});
afterAll(async () => {
  await closeShop(shop);
  rmSync(shelf, { recursive: true, force: true });
});

const restoreInto = (target: Shop, from = folder, keepSessions = false) =>
  restoreBackup({
    folder: from,
    manifest: readManifest(from),
    urlOf: urlOf(target),
    keepSessions,
    log: silentLogger(),
    onProgress: () => undefined,
  });

const withEmptyShop = async (work: (target: Shop) => Promise<void>): Promise<void> => {
  const target = await openShop(true);
  try {
    await work(target);
  } finally {
    await closeShop(target);
  }
};

describe("a backup", () => {
  test("looks at consumers before those whom they hear, and is for its owner's eyes alone", () => {
    const order = manifest.databases.map(({ service }) => service);
    expect(order).toEqual(["notify", "orders", "catalog", "inventory", "auth"]);
    const times = manifest.databases.map(({ seenAt }) => seenAt);
    expect(times).toEqual(times.toSorted());
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(statSync(join(folder, "auth", "app_user.ndjson.gz")).mode & 0o077).toBe(0);
  });

  test("that fails leaves nothing, and one that is there is not written over", async () => {
    await expect(writeBackup(urlOf(shop), folder)).rejects.toThrow("is there already");
    const nowhere = (service: ServiceName) =>
      service === "auth" ? "postgres://nobody@127.0.0.1:1/x" : shop[service].url;
    await expect(writeBackup(nowhere, join(shelf, "second"))).rejects.toThrow();
    expect(readdirSync(shelf).filter((name) => name.startsWith("second"))).toEqual([]);
  });
});

describe("a restore", () => {
  test("brings every row back as it was, and mends what the databases cannot know of each other", () =>
    withEmptyShop(async (target) => {
      expect(await restoreInto(target)).toEqual({
        ...{ events: 1, holds: 1, sessions: 1, broadcasts: 1 },
      });
      const changed = new Set([
        "auth session",
        "catalog catalogue_revision",
        "catalog replica_cursor",
        "inventory outbox",
        "inventory reservation",
        "notify broadcast",
        "notify broadcast_recipient",
        "notify delivery",
        "notify delivery_lane",
        "orders outbox_lease",
      ]);
      for (const { service, tables } of manifest.databases)
        for (const { table } of tables)
          if (!changed.has(`${service} ${table}`))
            expect([table, await rowsOf(target, service, table)]).toEqual([
              table,
              await rowsOf(shop, service, table),
            ]);
      const nullInside = await run(
        target,
        "orders",
        "select jsonb_typeof(address) as type from customer_order",
      );
      expect(nullInside.rows).toEqual([{ type: "null" }]);
      const unsent = await run(
        target,
        "inventory",
        "select id::text from outbox where published_at is null order by id",
      );
      expect(unsent.rows).toEqual([{ id: eventId(2) }, { id: eventId(3) }]);
      const open = await run(target, "auth", "select 1 from session where revoked_at is null");
      const leases = await run(target, "orders", "select 1 from outbox_lease");
      const cursors = await run(target, "catalog", "select 1 from replica_cursor");
      expect([open.rows, leases.rows, cursors.rows]).toEqual([[], [], []]);
      expect(await rowsOf(target, "catalog", "catalogue_revision")).not.toEqual(
        await rowsOf(shop, "catalog", "catalogue_revision"),
      );
    }));

  test("gives rows transaction ids of the new server, so that streams reach them, and goes on counting", () =>
    withEmptyShop(async (target) => {
      await restoreInto(target);
      const { rows } = await run(
        target,
        "inventory",
        "select changed_tx < pg_snapshot_xmin(pg_current_snapshot()) as reached from stock_level",
      );
      expect(rows).toEqual([{ reached: true }]);
      const next = await run(target, "orders", "select nextval('order_number')::int as n");
      expect(next.rows).toEqual([{ n: 42 }]);
      const triggers = await run(
        target,
        "inventory",
        "select count(*)::int as n from pg_trigger where tgenabled <> 'O'",
      );
      expect(triggers.rows).toEqual([{ n: 0 }]);
    }));

  test("pauses broadcasts that ran, and writes to nobody of them by itself: who got one since cannot be told", () =>
    withEmptyShop(async (target) => {
      await restoreInto(target);
      const { rows } = await run(target, "notify", "select state, version, unsettled from broadcast");
      expect(rows).toEqual([{ state: "paused", version: 3, unsettled: true }]);
      const waiting = await run(
        target,
        "notify",
        "select user_id::text as id from broadcast_recipient order by 1",
      );
      expect(waiting.rows).toEqual([{ id: eventId(1) }, { id: eventId(3) }]);
      const left = await run(target, "notify", "select state from delivery");
      expect(left.rows).toEqual([{ state: "sent" }]);
    }));

  test("keeps sessions and broadcasts as they were where it is told that nothing has happened since", () =>
    withEmptyShop(async (target) => {
      expect(await restoreInto(target, folder, true)).toMatchObject({ sessions: 0, broadcasts: 0 });
      const open = await run(target, "auth", "select 1 from session where revoked_at is null");
      expect(open.rows).toHaveLength(1);
      const broadcasts = await run(target, "notify", "select state from broadcast");
      expect(broadcasts.rows).toEqual([{ state: "running" }]);
    }));

  test("is refused where one database is not empty, before any is touched", () =>
    withEmptyShop(async (target) => {
      await run(target, "auth", "create table somebodys (id int)");
      await expect(restoreInto(target)).rejects.toThrow("The database of auth is not empty");
      const { rows } = await run(target, "orders", "select 1 from pg_tables where schemaname = 'public'");
      expect(rows).toEqual([]);
    }));

  test("is refused where another did not end", () =>
    withEmptyShop(async (target) => {
      await run(target, "notify", `create schema ${RESTORING_SCHEMA}`);
      await expect(restoreInto(target)).rejects.toThrow("A restore into the database of notify did not end");
    }));

  test("of a damaged backup is refused before anything is written", () =>
    withEmptyShop(async (target) => {
      const damaged = join(shelf, "damaged");
      await writeBackup(urlOf(shop), damaged);
      appendFileSync(join(damaged, "orders", "saga.ndjson.gz"), "x");
      await expect(restoreInto(target, damaged)).rejects.toThrow("is not as it was written");
      const { rows } = await run(target, "notify", "select 1 from pg_tables where schemaname = 'public'");
      expect(rows).toEqual([]);
    }));

  test("needs the manifest, which is written last", () => {
    expect(existsSync(join(folder, "manifest.json"))).toBe(true);
    expect(() => readManifest(shelf)).toThrow("manifest.json is missing");
  });
});
