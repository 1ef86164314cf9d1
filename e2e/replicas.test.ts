import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { openServiceDatabase } from "../boot/open-database.ts";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { signIn } from "../tools/client/sign-in.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { type Load, openShopFloor, putOnShelf, type ShopFloor, startLoad } from "./busy-shop.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(180_000);

const ORDERS_A_SECOND = 8;
/** A product that nobody buys. */
const QUIET = "QUIET-1";
/** Rows that nobody of the shop has made. */
const STRANGER = "0190a0a0-0000-7000-8000-00000000dead";
/** Every replica's rows, and the marks that say that it is full or how far it has got. */
const REPLICAS: readonly (readonly [ServiceName, readonly string[]])[] = [
  ["orders", ["product_replica", "user_replica", "replica_state"]],
  ["catalog", ["stock_replica", "replica_cursor"]],
  ["notify", ["chat", "replica_state"]],
];

const own = ownFolder();
let kiosk: KioskProcess;
let floor: ShopFloor;

beforeAll(async () => {
  kiosk = await own.start({ env: { RATE_LIMITS: "off" } });
  floor = await openShopFloor({ url: kiosk.url, dataDir: own.dataDir, adminPhone: SANDBOX_ADMIN_PHONE });
});
afterAll(own.close);

const run = async (script: "verify" | "rebuild", ...words: string[]) => {
  const { out, err, exitCode } = await runCommand(`tools/replicas/${script}.ts`, words, {
    DATA_DIR: own.dataDir,
  });
  expect(err).not.toMatch(/\n\s+at /);
  return { out, err, exitCode };
};
const verified = async () => {
  const { out, exitCode } = await run("verify");
  return [exitCode, out.split("\n").filter((line) => !line.includes("all agree with"))];
};

/** Answers that an order gets for anything else than what is in stock. */
const refusals = ({ answers }: Load): string[] =>
  Object.keys(answers).filter((status) => !["201", "202", "409"].includes(status));

/** Statements in a service's database, past all of its rules but its CHECKs. */
const damage = async (service: ServiceName, ...statements: string[]) => {
  const record = readRecord(own.dataDir);
  if (!record) throw new Error("there is no database in the folder");
  await withClient(clusterUrl(record, databaseNames[service]), async (client) => {
    for (const statement of statements) await client.query(statement);
  });
};

const productSchema = z.object({ id: z.string(), stock: z.object({ available: z.int() }) });
const product = async (sku: string) =>
  (await floor.api.expect(200, productSchema, `/v1/products/${sku}`)).body;
const levelSchema = z.object({ available: z.int() });
const level = async (sku: string) => {
  const token = floor.merchant.accessToken;
  return (await floor.api.expect(200, levelSchema, `/v1/stock/${sku}`, { token })).body;
};

/** Prices change and people come, one after the other, until it is stopped. */
const startChurn = () => {
  let [isOver, changes] = [false, 0];
  const token = floor.merchant.accessToken;
  const churn = async () => {
    for (const sku of floor.initial.keys()) {
      const { id } = await product(sku);
      const price = { amountMinor: 1_000 + changes, currency: "USD" };
      await floor.api.expect(200, z.unknown(), `/v1/products/${id}`, {
        method: "PATCH",
        body: { price },
        token,
      });
      changes += 1;
      if (isOver) return;
    }
    const phone = `+1667${String(1_000_000 + changes)}`;
    await signIn(floor.api, floor.sandbox, { firstName: `Guest ${changes}`, phone });
  };
  const running = (async () => {
    while (!isOver) await churn();
  })();
  return {
    changes: () => changes,
    async stop() {
      isOver = true;
      await running;
    },
  };
};

/** Rows of every replica are deleted, made up and made wrong, past any version that the owners have. */
const damageAll = async ([kept, gone]: readonly string[]) => {
  await damage(
    "orders",
    `delete from product_replica where sku <> '${kept}'`,
    `update product_replica set version = version + 1000, name = 'wrong'`,
    `insert into product_replica (id, sku, version, name, price_minor, currency, status)
      values ('${STRANGER}', 'STRANGER', 7, 'Stranger', 1, 'USD', 'active')`,
    `delete from user_replica where phone like '+1666%'`,
    `update user_replica set name = 'wrong'`,
    `insert into user_replica (id, version, name, role, status) values ('${STRANGER}', 7, 'X', 'admin', 'active')`,
  );
  await damage(
    "catalog",
    `delete from stock_replica where sku = '${gone}'`,
    `update stock_replica set available = 999, on_hand = 999, version = version + 1000 where sku = '${QUIET}'`,
    `insert into stock_replica (sku, available, on_hand, reserved, version, exists, occurred_at)
      values ('STRANGER', 5, 5, 0, 7, true, now())`,
  );
  await damage(
    "notify",
    `update chat set language = 'xx', user_version = user_version + 1000
      where user_id in (select user_id from chat limit 3)`,
    `delete from chat where user_id in (select user_id from chat where language <> 'xx' limit 3)`,
  );
};

/** Two at once: one of them waits for the other, replica by replica. */
const rebuildTwice = async () => {
  const rebuilds = await Promise.all([run("rebuild"), run("rebuild")]);
  const problems = rebuilds.map(({ err }) => err.replaceAll(/.*(waiting for another.*|\d compared)\n/g, ""));
  expect([rebuilds.map(({ exitCode }) => exitCode), problems]).toEqual([
    [0, 0],
    ["", ""],
  ]);
  return rebuilds.map(({ out }) => out).join("\n");
};

const showsItsStock = (sku: string) =>
  waitFor(async () => (await product(sku)).stock.available === (await level(sku)).available, {
    what: `the catalog to show the stock of ${sku}`,
  });

describe("replicas that were damaged while orders flow", () => {
  test("are rebuilt by a command and equal their owners, and no order is refused for it", async () => {
    expect(await verified()).toEqual([0, [""]]);
    await putOnShelf(floor.api, floor.merchant.accessToken, QUIET, 7);
    const load = startLoad(floor, ORDERS_A_SECOND);
    const churn = startChurn();
    try {
      const isBusy = () => load.accepted.size > 10 && churn.changes() > 5;
      await waitFor(isBusy, { what: "a busy shop", timeoutMs: 60_000 });
      await damageAll([...floor.initial.keys()]);
      const found = await run("verify", "--json");
      expect(found.exitCode).toBe(1);
      expect(JSON.parse(found.out).replicas).toMatchObject(
        ["orders.products", "orders.users", "catalog.stock", "notify.users"].map((name) => {
          return { name, complete: true, differences: expect.arrayContaining([expect.anything()]) };
        }),
      );

      expect(await rebuildTwice()).toMatch(/orders\.products: .* replaced, 1 removed\./);
      expect(await verified()).toEqual([0, [""]]);
      // What was kept in memory of the wrong row is forgotten, too.
      await showsItsStock(QUIET);
      const before = load.accepted.size;
      await waitFor(() => load.accepted.size > before + 10, { what: "more orders" });
    } finally {
      await Promise.all([load.stop(), churn.stop()]);
    }
    expect(await verified()).toEqual([0, [""]]);
    expect(refusals(load)).toEqual([]);
    for (const sku of floor.initial.keys()) await showsItsStock(sku);
  });
});

describe("a Kiosk whose replicas were emptied", () => {
  test("fills them by itself when it starts, and takes orders meanwhile", async () => {
    await kiosk.stop();
    const damaged = await Promise.all([run("verify", "orders.users"), run("verify", "nonsense")]);
    expect(damaged.map(({ exitCode }) => exitCode)).toEqual([0, 2]);
    for (const [service, tables] of REPLICAS) {
      const opened = await openServiceDatabase(service, { DATA_DIR: own.dataDir }, silentLogger());
      for (const table of tables) await opened.database.db.execute(sql`delete from ${sql.identifier(table)}`);
      await opened.close();
    }
    expect((await run("verify")).exitCode).toBe(1);

    kiosk = await own.start({ env: { RATE_LIMITS: "off", PORT: new URL(kiosk.url).port } });
    const load = startLoad(floor, ORDERS_A_SECOND);
    await waitFor(() => load.accepted.size > 5, { what: "orders to be accepted", timeoutMs: 30_000 });
    await load.stop();
    await waitFor(async () => (await run("verify")).exitCode === 0, {
      ...{ what: "the replicas to be full", timeoutMs: 60_000, everyMs: 500 },
    });
    expect(refusals(load)).toEqual([]);
  });
});

describe("the commands where they cannot look", () => {
  test("say why with exit code 2, without a password", async () => {
    const nowhere = ownFolder();
    const cases: readonly (readonly [readonly string[], Record<string, string>, string])[] = [
      [[], { DATA_DIR: nowhere.dataDir }, "There is no database in"],
      [[], { DATABASE_URL: "postgres://kiosk:hunter2@127.0.0.1:1/x" }, "is DATABASE_URL right?"],
      [["orders.sagas"], {}, "Replicas: orders.products, orders.users, catalog.stock, notify.users"],
      [["--all"], {}, "Usage: bun run replicas:"],
    ];
    for (const script of ["verify", "rebuild"] as const) {
      for (const [words, env, said] of cases) {
        const { out, err, exitCode } = await runCommand(`tools/replicas/${script}.ts`, words, {
          DATA_DIR: own.dataDir,
          ...env,
        });
        expect([exitCode, out, err]).toEqual([2, "", expect.stringContaining(said)]);
        expect(err).not.toContain("hunter2");
      }
    }
    await nowhere.close();
  });
});
