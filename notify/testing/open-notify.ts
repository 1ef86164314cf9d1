import { createSandbox, type MessageView, SANDBOX_BOT_TOKEN, type Sandbox } from "../../sandbox/sandbox.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { type EventData, type EventType, eventContracts } from "../../shared/contracts/events.ts";
import { type Clock, systemClock } from "../../shared/kernel/clock.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { Database } from "../../shared/ports/database.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { readConfig } from "../../shared/runtime/config.ts";
import { createMetrics } from "../../shared/runtime/metrics.ts";
import type { ServiceDeps } from "../../shared/runtime/service.ts";
import { canary } from "../../shared/testing/canary/canary.ts";
import { inMemoryDeps, internalHeaders, requestTo } from "../../shared/testing/service-under-test.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { notifyConfigSchema } from "../config.ts";
import { type ChannelConnection, createNotify, notifyMigrations } from "../service.ts";
import type { TelegramConnection } from "../telegram/connection.ts";
import { createFakeAuth } from "./fake-auth.ts";
import { createFakeInventory } from "./fake-inventory.ts";
import { createFakeShop } from "./fake-shop.ts";

const CONTROL_TOKEN = "a-control-token-for-tests";
const DEEP_LINK_BASE = "http://127.0.0.1:3000/sandbox?start=";

export interface OpenNotifyOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly telegram?: Partial<TelegramConnection>;
  /** Hears of every call to Telegram once it is answered, before notify does. */
  readonly onTelegramAnswer?: (url: string) => void;
  /** What stands between notify and its database, such as one that fails. */
  readonly databaseOver?: (database: Database) => Database;
  /** Other services than those that are scripted here. */
  readonly services?: Partial<ServiceDeps["services"]>;
  /** False: made, but not started. */
  readonly started?: boolean;
}

const MAIL_TOKEN = "a-mail-token-for-tests";
const NOTIFY_SECRET = "a-secret-of-notify-for-tests-0123456789";

const openSandbox = async (webhookFetch: (request: Request) => Promise<Response>) => {
  const sandbox = createSandbox({
    controlToken: CONTROL_TOKEN,
    mailToken: MAIL_TOKEN,
    publicUrl: "http://127.0.0.1:3000",
    webhookFetch,
  });
  await sandbox.start();
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await sandbox.fetch(
      new Request(`http://sandbox.local/sandbox/api${path}`, {
        method,
        headers: { "x-sandbox-token": CONTROL_TOKEN },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json().catch(() => ({}))) as Record<string, unknown>;
  };
  return { sandbox, control };
};

let nextPhone = 1000;

/** Drives the people of a sandbox. */
const peopleOf = ({ sandbox, control }: Awaited<ReturnType<typeof openSandbox>>) => {
  const messages = (id: number): MessageView[] => sandbox.transcript(id);
  const fromBot = (id: number) => messages(id).filter(({ from }) => from === "bot");
  return {
    control,
    async add(options: { phone?: string; language?: string; firstName?: string } = {}) {
      const phone = options.phone ?? `+1202555${nextPhone++}`;
      canary?.learn("phone", phone);
      const person = await control("POST", "/people", { firstName: "Ada", ...options, phone });
      return { id: Number(person.id), phone };
    },
    start: (id: number, payload?: string) =>
      control("POST", `/people/${id}/start`, payload === undefined ? {} : { payload }),
    say: (id: number, text: string) => control("POST", `/people/${id}/messages`, { text }),
    shareContact: (id: number, body: object = {}) => control("POST", `/people/${id}/contact`, body),
    tap: (id: number, body: object) => control("POST", `/people/${id}/taps`, body),
    block: (id: number, blocked = true) => control("POST", `/people/${id}/block`, { blocked }),
    fault: (body: object) => control("POST", "/faults", { count: 1, ...body }),
    fromBot,
    /** The person has pressed Start, and has read the greeting. */
    async started(options: { phone?: string; language?: string } = {}) {
      const person = await this.add(options);
      await this.start(person.id);
      await waitFor(() => fromBot(person.id).length === 1, { what: "the greeting" });
      return person;
    },
    /** The bot's newest message whose text fits. */
    hears: (id: number, pattern: RegExp) =>
      waitFor(() => fromBot(id).findLast(({ text }) => pattern.test(text)), {
        what: `a message like ${pattern}`,
      }),
  };
};

export const envelopeOf = <T extends EventType>(
  type: T,
  subject: string,
  data: EventData<T>,
  options: { readonly id?: string; readonly sequence?: number } = {},
): EventEnvelope => ({
  specversion: "1.0",
  id: options.id ?? newId(),
  type,
  source: "/test",
  subject,
  time: new Date().toISOString(),
  sequence: options.sequence ?? 1,
  dataschema: `${type}/v1`,
  datacontenttype: "application/json",
  data,
});

const heard = (call: typeof fetch, onAnswer: (url: string) => void = () => undefined): typeof fetch => {
  const send = async (...[input, init]: Parameters<typeof fetch>) => {
    const answer = await call(input, init);
    onAnswer(input instanceof Request ? input.url : String(input));
    return answer;
  };
  return Object.assign(send, { preconnect: () => undefined });
};

const configOf = (environment: Readonly<Record<string, string>>) =>
  readConfig(notifyConfigSchema, {
    ...{ SHOP_NAME: "Tea & Co", TELEGRAM_PACE: "off", NOTIFY_SECRET, WEBHOOKS_PRIVATE: "allow" },
    ...{ MAIL_PER_MINUTE: "60000", ...environment },
  });

const channelsOf = ({ mailFetch }: Sandbox): ChannelConnection => ({
  publicUrl: "https://shop.example",
  mailbox: { url: "http://sandbox.local/sandbox/mail", token: MAIL_TOKEN, fetch: mailFetch },
});

/** A notify of its own with a sandbox for Telegram and a scripted auth; `close` leaves nothing behind. */
export const openNotify = async (options: OpenNotifyOptions = {}) => {
  const { environment = {}, clock = systemClock, started = true, databaseOver = (same) => same } = options;
  let notifyFetch: ServiceFetch = async () => new Response(null, { status: 503 });
  const opened = await openSandbox((request) => notifyFetch(request));
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  const deps = await inMemoryDeps();
  const { bus, pubSub, ttlStore } = deps;
  const auth = createFakeAuth((request) => notifyFetch(request), deps.internalToken);
  const shop = createFakeShop();
  const inventory = createFakeInventory(clock);
  canary?.learn("code", auth.script.code, [deps.log.world, database.url]);
  canary?.learn("bot token", options.telegram?.token ?? SANDBOX_BOT_TOKEN);
  canary?.learnFrom({ NOTIFY_SECRET, ...environment });

  const make = (own = createMetrics()) =>
    createNotify({
      ...deps,
      database: databaseOver(database),
      clock,
      log: options.log ?? deps.log,
      metrics: own,
      services: {
        ...deps.services,
        ...shop.services,
        auth: auth.fetch,
        ...options.services,
        inventory: inventory.fetch,
      },
      config: configOf(environment),
      channels: channelsOf(opened.sandbox),
      telegram: {
        token: SANDBOX_BOT_TOKEN,
        apiRoot: "http://sandbox.local/sandbox",
        fetch: heard(opened.sandbox.botFetch, options.onTelegramAnswer),
        deepLinkBase: DEEP_LINK_BASE,
        ...options.telegram,
      },
    });
  const metrics = createMetrics();
  const notify = make(metrics);
  notifyFetch = notify.fetch;
  if (started) await notify.start();

  const call = (
    method: string,
    path: string,
    { as, ...init }: { as?: string; body?: unknown; headers?: HeadersInit } = {},
  ) => notify.fetch(requestTo(`http://notify${path}`, method, { ...init, token: as }));

  return {
    ...{
      notify,
      make,
      metrics,
      database,
      bus,
      pubSub,
      ttlStore,
      auth,
      shop,
      inventory,
      call,
      sandbox: opened.sandbox,
    },
    people: peopleOf(opened),
    internal: (method: string, path: string, body?: unknown) =>
      call(method, path, { body, headers: internalHeaders }),
    publish: (...events: EventEnvelope[]) =>
      bus.publish(eventContracts[events[0]?.type as EventType].exchange, events),
    async close() {
      await notify.stop();
      await opened.sandbox.stop();
      await bus.close();
      await database.drop();
    },
  };
};

export type OpenNotify = Awaited<ReturnType<typeof openNotify>>;
