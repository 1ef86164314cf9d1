import { authMigrations } from "../../auth/service.ts";
import { type AuthHarness, personOf, startAuth } from "../../auth/testing/auth-harness.ts";
import { stepsOf } from "../../auth/testing/sign-in.ts";
import { catalogMigrations } from "../../catalog/service.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../../catalog/testing/catalog-under-test.ts";
import { type InventoryUnderTest, inventoryUnderTest } from "../../inventory/testing/inventory-under-test.ts";
import { ordersConfigSchema } from "../../orders/config.ts";
import { createOrders, ordersMigrations } from "../../orders/service.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import type { Database } from "../../shared/ports/database.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { pause } from "../../shared/runtime/retry.ts";
import type { Service } from "../../shared/runtime/service.ts";
import {
  type CallOptions,
  inMemoryDeps,
  readAnswer,
  requestTo,
} from "../../shared/testing/service-under-test.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { withoutFlush } from "./without-flush.ts";

const ADMIN_PHONE = "+15550000000";
/** Telegram accounts of the people are numbered from here on. */
export const FIRST_ACCOUNT = 1_000;

/** The services that say something, joined as in one process. Orders takes up by itself what it could not finish at once. */
export interface Producers {
  readonly auth: AuthHarness;
  readonly catalog: CatalogUnderTest;
  readonly inventory: InventoryUnderTest;
  readonly orders: Service;
  readonly databases: Readonly<Record<"auth" | "catalog" | "inventory" | "orders", TestDatabase>>;
  close(): Promise<void>;
}

export const openProducers = async (): Promise<Producers> => {
  const [people, shelves, database] = await Promise.all([
    testDatabase({ name: "auth", migrations: authMigrations }),
    testDatabase({ name: "catalog", migrations: catalogMigrations }),
    testDatabase({ name: "orders", migrations: ordersMigrations }),
  ]);
  const inventory = await inventoryUnderTest();
  const databases = { auth: people, catalog: shelves, inventory: inventory.database, orders: database };
  await Promise.all(Object.values(databases).map(withoutFlush));
  const auth = await startAuth({ environment: { ADMIN_PHONES: ADMIN_PHONE }, database: people });
  const catalog = await catalogUnderTest({ database: shelves });
  const deps = await inMemoryDeps();
  const orders = createOrders({
    ...deps,
    database,
    clock: systemClock,
    services: {
      ...deps.services,
      auth: auth.auth.fetch,
      catalog: catalog.service.fetch,
      inventory: inventory.inventory.fetch,
    },
    config: readConfig(ordersConfigSchema, { CURRENCY: "USD" }),
  });
  await orders.start();
  return {
    ...{ auth, catalog, inventory, orders },
    databases,
    async close() {
      await orders.stop();
      await Promise.all([auth.close(), catalog.close(), inventory.close(), database.drop()]);
    },
  };
};

/** A service that had no connection in time on a busy machine says so, and has one a moment later. */
const PASSING: readonly number[] = [503, 504];
const ATTEMPTS = 20;
const ATTEMPT_PAUSE_MS = 100;

/** Calls a service, again while it says "not now", and fails unless it answers so. */
export const called = async <Body>(
  { fetch, name }: Pick<Service, "fetch" | "name">,
  method: string,
  path: string,
  { expected, ...options }: CallOptions & { readonly expected: readonly number[] },
): Promise<{ status: number; body: Body }> => {
  for (let attempt = 1; ; attempt += 1) {
    const { status, body } = await readAnswer<Body>(
      await fetch(requestTo(`http://${name}${path}`, method, options)),
    );
    if (expected.includes(status)) return { status, body };
    if (!PASSING.includes(status) || attempt === ATTEMPTS)
      throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    await pause(ATTEMPT_PAUSE_MS);
  }
};

export interface Member {
  readonly id: string;
  readonly token: string;
  /** Which of the Telegram accounts, from 0. */
  readonly account: number;
}

const SIGN_UP_ATTEMPTS = 5;

/** Signs people up at auth, the first of them as the admin. A phone is made of its owner's number. */
export const enrolment = ({ auth }: Producers) => {
  const steps = stepsOf(auth);
  return async (account: number, phoneNumber = account): Promise<Member> => {
    const phone = `+1555${String(phoneNumber).padStart(7, "0")}`;
    const person = personOf(FIRST_ACCOUNT + account, `Person ${account}`);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await steps
        .signUp(person, phone)
        .catch((error: unknown) => ({ status: 0, body: error }));
      if (answer.status === 200) return { id: answer.body.user.id, token: answer.body.accessToken, account };
      if (attempt === SIGN_UP_ATTEMPTS) throw new Error(`nobody could sign up: ${JSON.stringify(answer)}`);
    }
  };
};

/** Every event of a database's outbox after a position, in the order of the outbox. */
export const eventsAfter = async (
  { db }: Database,
  position: number,
): Promise<{ events: EventEnvelope[]; position: number }> => {
  const { rows } = await db.execute<{ event: EventEnvelope; position: string }>(
    `select event, position from outbox where position > ${position} order by position`,
  );
  return {
    events: rows.map(({ event }) => event),
    position: Number(rows.at(-1)?.position ?? position),
  };
};
