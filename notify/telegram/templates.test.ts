import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { createSandbox, SANDBOX_BOT_TOKEN } from "../../sandbox/sandbox.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { locales } from "../domain/locale.ts";
import type { Notice, Template } from "../domain/notice.ts";
import { shownStatuses } from "../domain/order-status.ts";
import { createApi } from "./connection.ts";
import { TEXT_MAX } from "./html.ts";
import { createMessenger } from "./messenger.ts";

/** What people, products and shops are called: markup, emoji, right-to-left, and far too much of it. */
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }),
  fc.constantFrom(
    ...[
      "<b>",
      "</code>",
      "&amp;",
      "\"&<>'",
      "<a href=x>",
      "&#x3C;",
      "a\u0000b",
      "مرحبا بالعالم",
      "\u202Eoff",
    ],
    ...["👩‍👩‍👧‍👦", "<".repeat(10_000), "&".repeat(10_000), "é".repeat(10_000), "👩‍👩‍👧‍👦".repeat(1_000)],
  ),
);
const name = hostile.map((text) => `x${text}`);
/** What catalog takes for one: the longest and the oddest included. */
const sku = fc.oneof(
  fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 64 }).filter(isSku),
  fc.constantFrom("<".repeat(64), "&".repeat(64), "<b>", "A".repeat(64)),
);
const queue = fc.constantFrom("orders.catalog-events", "notify.orders-events");
const count = fc.nat({ max: 100_000 });
const id = fc.uuid();
const money = fc.record({ amountMinor: fc.nat({ max: 1e11 }), currency: fc.constant("EUR") });
const number = name;
const reason = fc.option(name);
const at = fc.constant("2026-03-14T09:26:53.589Z");
const lines = fc.array(fc.record({ name, quantity: count, lineTotal: money }), { maxLength: 60 });

type Arbitraries = { readonly [T in Template]: fc.Arbitrary<Extract<Notice, { readonly template: T }>> };
const as = <T extends Template>(template: T) => fc.constant(template);

/** Every notice that there is: a new one does not compile without its row. */
const notices: Arbitraries = {
  "order-card": fc.record({
    ...{ template: as("order-card"), orderId: id, number, status: fc.constantFrom(...shownStatuses) },
    ...{ version: fc.integer({ min: 1, max: 999 }), lines, total: money, reason },
  }),
  "staff-card": fc.record({
    ...{ template: as("staff-card"), orderId: id, number, version: fc.integer({ min: 1, max: 999 }) },
  }),
  "order-headline": fc.record({
    ...{ template: as("order-headline"), orderId: id, number, reason },
    status: fc.constantFrom("rejected", "shipped", "delivered", "cancelled"),
  }),
  "order-alert": fc.record({
    ...{ template: as("order-alert"), orderId: id, number, pieces: count, total: money, reason },
    status: fc.constantFrom("confirmed", "changed", "cancelled"),
  }),
  "stock-low": fc.record({ template: as("stock-low"), sku, available: count, threshold: count }),
  "stock-restocked": fc.record({ template: as("stock-restocked"), sku, available: count }),
  "messages-parked": fc.record({
    ...{ template: as("messages-parked"), queue, count, types: fc.array(name, { maxLength: 5 }) },
  }),
  "sagas-stuck": fc.record({
    ...{ template: as("sagas-stuck"), count, numbers: fc.array(name, { maxLength: 5 }) },
  }),
  "group-lost": fc.record({ template: as("group-lost"), groupId: id }),
  "session-stolen": fc.record({ template: as("session-stolen"), sid: id, device: reason }),
  "new-device": fc.record({
    ...{ template: as("new-device"), sid: id, device: reason, place: reason, at, timezone: name },
  }),
  "phone-released": fc.record({ template: as("phone-released"), userId: id }),
  "bot-conflict": fc.record({ template: as("bot-conflict"), botId: name }),
  "back-in-stock": fc.record({ template: as("back-in-stock"), sku, version: count }),
  broadcast: fc.record({
    ...{ template: as("broadcast"), broadcastId: id, texts: fc.record({ en: name, ar: name }) },
  }),
  "shop-event": fc.record({
    ...{ template: as("shop-event"), type: name, subject: name, sequence: count, occurredAt: at },
    ...{ orderId: fc.constant(null), reason, data: fc.constant({}) },
  }),
  "webhook-off": fc.record({
    ...{ template: as("webhook-off"), webhookId: id, host: name, cause: fc.constantFrom("gone", "failing") },
  }),
};

const CONTROL_TOKEN = "a-control-token-for-tests";
const sandbox = createSandbox({ controlToken: CONTROL_TOKEN, publicUrl: "http://127.0.0.1:3000" });
let chatId = 0;
beforeAll(async () => {
  await sandbox.start();
  const post = async (path: string, body: object) => {
    const address = `http://sandbox.local/sandbox/api${path}`;
    const headers = { "x-sandbox-token": CONTROL_TOKEN };
    return sandbox.fetch(new Request(address, { method: "POST", headers, body: JSON.stringify(body) }));
  };
  const person = await post("/people", { firstName: "Ada", phone: "+12025550177" });
  chatId = ((await person.json()) as { id: number }).id;
  await post(`/people/${chatId}/start`, {});
});
afterAll(() => sandbox.stop());

const log = silentLogger();
const connection = {
  ...{ token: SANDBOX_BOT_TOKEN, apiRoot: "http://sandbox.local/sandbox", fetch: sandbox.botFetch },
};
const messenger = createMessenger({
  ...{ api: createApi(connection, 15), shopName: 'Tea & "Co" <b>', clock: fakeClock(), log },
});

/** Hands it over, and says what Telegram made of it. */
const taken = async (send: () => Promise<{ kind: string }>) => {
  const { kind } = await send();
  const [message] = sandbox.transcript(chatId).slice(-1);
  return { kind, length: message?.text.length ?? 0, unreadable: log.lines.length };
};

test.each(Object.entries(notices))(
  "notify-18: %s is taken by Telegram whatever stands in it, in every language, alone and together",
  async (_, arbitrary: fc.Arbitrary<Notice>) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitrary, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...locales),
        async (some, language) => {
          const to = { chatId, language };
          const [first] = some;
          if (first === undefined) return;
          for (const send of [() => messenger.sendNotice(to, first), () => messenger.sendDigest(to, some)]) {
            const { kind, length, unreadable } = await taken(send);
            expect({ kind, unreadable }).toEqual({ kind: "sent", unreadable: 0 });
            expect(length).toBeLessThanOrEqual(TEXT_MAX);
          }
        },
      ),
      { numRuns: 25 },
    );
  },
);

test("notify-18: a code is taken whatever the place is called that asks for it", async () => {
  await fc.assert(
    fc.asyncProperty(name, fc.constantFrom(...locales), async (askedFrom, language) => {
      const request = {
        ...{
          challengeId: crypto.randomUUID(),
          chatId,
          code: "123456",
          language,
          purpose: "login",
          askedFrom,
        },
        expiresAt: "2026-03-14T09:26:53.589Z",
      };
      const { kind, unreadable } = await taken(() => messenger.sendCode(request, 15_000));
      expect({ kind, unreadable }).toEqual({ kind: "sent", unreadable: 0 });
    }),
    { numRuns: 25 },
  );
});
