import { catalogMigrations } from "../../catalog/service.ts";
import { catalogUnderTest } from "../../catalog/testing/catalog-under-test.ts";
import { openNotify } from "../../notify/testing/open-notify.ts";
import { ordersUnderTest } from "../../orders/testing/orders-under-test.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { topology } from "../../shared/contracts/events.ts";
import type { EventBus } from "../../shared/ports/event-bus.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { FIRST_ACCOUNT } from "./producers.ts";
import type { Exchange, History, Phase } from "./record-history.ts";
import { withoutFlush } from "./without-flush.ts";

/** Thousands of messages to Telegram, on a machine that may be busy. */
const SETTLE_MS = 120_000;
const SETTLE_EVERY_MS = 50;

export const consumerNames = ["orders", "catalog", "notify"] as const;
export type ConsumerName = (typeof consumerNames)[number];

/** The services that listen, each on a fresh database and with Telegram's people in the sandbox. */
export interface Consumers {
  readonly databases: Readonly<Record<ConsumerName, TestDatabase>>;
  /** Publishes what each exchange says, all exchanges at once; resolves when everything is handled and told. */
  feed(phase: Phase): Promise<void>;
  /** Which of the accounts a chat belongs to, in words that are the same in every sandbox. */
  accountOf(chatId: number): string;
  /** What the bot wrote to an account, oldest first, as it reads now. */
  textsOf(account: number): string[];
  close(): Promise<void>;
}

/** The catalogue's own rows, with nothing sold yet. */
const fillShelves = async ({ db }: TestDatabase, products: History["products"]): Promise<void> => {
  const rows = JSON.stringify(products).replaceAll("'", "''");
  await db.execute(`insert into product select * from jsonb_populate_recordset(null::product, '${rows}')`);
  await db.execute("insert into product_sales (product_id) select id from product");
};

const hasUser = (data: unknown): data is { user: { telegramUserId: number | null } } =>
  typeof data === "object" && data !== null && "user" in data;

/** Every sandbox numbers its people itself: the event with the ids of this one. */
const withPeople = (event: EventEnvelope, people: readonly number[]): EventEnvelope => {
  const { data } = event;
  if (!hasUser(data) || data.user.telegramUserId === null) return event;
  const telegramUserId = people[data.user.telegramUserId - FIRST_ACCOUNT];
  return { ...event, data: { ...data, user: { ...data.user, telegramUserId } } };
};

const openParts = async (history: History) => {
  const shelves = await testDatabase({ name: "catalog", migrations: catalogMigrations });
  const orders = await ordersUnderTest();
  const notify = await openNotify({ started: false });
  const databases = { catalog: shelves, orders: orders.database, notify: notify.database };
  await Promise.all(Object.values(databases).map(withoutFlush));
  await fillShelves(shelves, history.products);
  const catalog = await catalogUnderTest({ database: shelves });
  await catalog.service.start();
  await notify.notify.start();
  // Two instances take from the same queues.
  await Promise.all([orders.service, orders.anotherInstance()].map((service) => service.start()));
  return { catalog, orders, notify, databases };
};

const isSettled = async ({ db }: TestDatabase): Promise<boolean> => {
  const { rows } = await db.execute("select 1 from delivery where state in ('pending', 'sending') limit 1");
  return rows.length === 0;
};

export const openConsumers = async (history: History): Promise<Consumers> => {
  const { catalog, orders, notify, databases } = await openParts(history);
  const people: number[] = [];
  for (let account = 0; account < history.accounts; account += 1) {
    const { id } = await notify.people.add({ phone: `+1777${String(account).padStart(7, "0")}` });
    await notify.people.start(id);
    people.push(id);
  }
  const buses: Readonly<Record<ConsumerName, EventBus>> = {
    ...{ catalog: catalog.bus, orders: orders.bus, notify: notify.bus },
  };
  const publish = async (exchange: Exchange, events: readonly EventEnvelope[]) => {
    const queues: readonly string[] = topology.find((entry) => entry.exchange === exchange)?.queues ?? [];
    const hearing = consumerNames.filter((name) => queues.some((queue) => queue.startsWith(`${name}.`)));
    const said = events.map((event) => withPeople(event, people));
    // As a relay does: what could not be handled just now is published again.
    const persist = async (name: ConsumerName) => {
      const publishing = () => buses[name].publish(exchange, said).then(() => true);
      await waitFor(() => publishing().catch(() => false), {
        ...{ timeoutMs: SETTLE_MS, everyMs: SETTLE_EVERY_MS, what: `${name} to take ${exchange}` },
      });
    };
    await Promise.all(hearing.map(persist));
  };
  return {
    databases,
    async feed(phase) {
      await Promise.all(
        Object.entries(phase).map(([exchange, events]) => publish(exchange as Exchange, events)),
      );
      await waitFor(() => isSettled(databases.notify), {
        ...{ timeoutMs: SETTLE_MS, everyMs: SETTLE_EVERY_MS, what: "every delivery to end" },
      });
    },
    accountOf: (chatId) => `account ${people.indexOf(chatId)}`,
    textsOf: (account) => notify.people.fromBot(people[account] ?? 0).map(({ text }) => text),
    async close() {
      await Promise.all([catalog.close(), orders.close(), notify.close()]);
    },
  };
};
