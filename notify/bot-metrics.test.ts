import { expect, test } from "bun:test";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openNotify } from "./testing/open-notify.ts";
import { openShop, orderOf } from "./testing/open-shop.ts";

const open = closedAfterEach(openNotify);
const openWithBuyer = closedAfterEach(openShop);

const byWebhook = {
  TELEGRAM_WEBHOOK_URL: "https://shop.example",
  TELEGRAM_WEBHOOK_SECRET: "webhook-secret-of-more-than-32-characters",
};
/** The value of a metric with these labels, as somebody scrapes it; NaN where it says so or is not there. */
const metricOf = async (
  metrics: { registry: { metrics(): Promise<string> } },
  name: string,
): Promise<number> => {
  const line = (await metrics.registry.metrics()).split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.split(" ").at(-1));
};

test("notify-26: of two instances one asks Telegram how the webhook does, and its metrics say it", async () => {
  const notify = await open({ environment: byWebhook });
  const others = createMetrics();
  const second = notify.make(others);
  await second.start();
  const both = (name: string) =>
    Promise.all([notify.metrics, others].map((metrics) => metricOf(metrics, name)));
  const asked = () => notify.sandbox.outbox().filter(({ method }) => method === "getWebhookInfo");
  await waitFor(() => asked().length > 0, { what: "Telegram to be asked" });
  const isKnown = async () => (await both("notify_webhook_pending_updates")).includes(0);
  await waitFor(isKnown, { timeoutMs: 20_000, what: "the answer in the metrics" });
  expect((await both("notify_webhook_pending_updates")).toSorted()).toEqual([0, Number.NaN]);
  expect((await both("notify_webhook_last_error_timestamp_seconds")).toSorted()).toEqual([0, Number.NaN]);
  await second.stop();
  expect(asked()).toHaveLength(1);
});

test("notify-26: sends are counted by class and outcome, with their waits; what is unknown, and what waits, can be seen", async () => {
  const shop = await openWithBuyer();
  await shop.known(shop.buyer);
  await shop.people.fault({ method: "sendMessage", phase: "before", status: 429, retryAfter: 1 });
  await shop.confirmed(orderOf(shop.buyer, { number: "K-1" }), "pending");
  await shop.settled(1);
  await shop.people.fault({ method: "sendMessage", phase: "reset" });
  await shop.confirmed(orderOf(shop.buyer, { number: "K-2" }), "pending");
  await shop.settled(2);
  await shop.internal("POST", "/internal/codes", {
    ...{ challengeId: crypto.randomUUID(), chatId: shop.person.id, code: "905172", language: "en" },
    ...{ purpose: "login", askedFrom: "Firefox", expiresAt: new Date(Date.now() + 60_000).toISOString() },
  });
  const value = (name: string) => metricOf(shop.metrics, name);
  expect(await value('notify_sends_total{class="transactional",outcome="sent"}')).toBe(1);
  expect(await value('notify_sends_total{class="transactional",outcome="wait"}')).toBe(1);
  expect(await value('notify_sends_total{class="transactional",outcome="unknown"}')).toBe(1);
  expect(await value('notify_sends_total{class="code",outcome="sent"}')).toBe(1);
  expect(await value('notify_flood_waits_total{class="transactional"}')).toBe(1);
  expect(await value('notify_flood_wait_seconds_total{class="transactional"}')).toBe(1);
  expect(await value('notify_delivery_seconds_count{class="transactional"}')).toBe(1);
  expect(await value('notify_delivery_seconds_count{class="code"}')).toBe(1);
  expect(await value('notify_deliveries{state="unknown"}')).toBe(1);
  expect(await value('notify_queue_age_seconds{lane="news"}')).toBe(0);
  expect(await value("notify_updates_waiting")).toBe(0);
  expect(await value("notify_updates_age_seconds")).toBe(0);
});

test("notify-26: the age of a lane is that of the first message that nobody has sent", async () => {
  const shop = await openWithBuyer();
  await shop.known(shop.buyer);
  await shop.confirmed(orderOf(shop.buyer), "pending");
  await shop.settled(1);
  await shop.notify.stop();
  await shop.database.db.execute(`
    insert into delivery (id, dedupe_key, class, user_id, notice, next_at, expires_at, created_at, updated_at)
    select gen_random_uuid(), 'one', class, user_id, notice, now(), now() + interval '1 hour', now(), now() from delivery`);
  await shop.database.db.execute(`
    insert into delivery_lane (user_id, lane, due_at, used_until)
    select user_id, 0, now() - interval '90 seconds', now() from chat
    on conflict (user_id, lane) do update set due_at = excluded.due_at`);
  expect(await metricOf(shop.metrics, 'notify_queue_age_seconds{lane="news"}')).toBeGreaterThanOrEqual(90);
  expect(await metricOf(shop.metrics, 'notify_queue_age_seconds{lane="orders"}')).toBe(0);
});

test.each([
  [
    "the shop as a Mini App, where it has an address",
    { SHOP_URL: "https://tea.example" },
    { type: "web_app", text: "Tea & Co", web_app: { url: "https://tea.example" } },
  ],
  ["the commands, where it has none", {}, { type: "commands" }],
])("bot-17: the menu button opens %s", async (_, environment, button) => {
  const { sandbox } = await open({ environment });
  const set = await waitFor(() => sandbox.outbox().find(({ method }) => method === "setChatMenuButton"));
  expect(set).toMatchObject({ status: 200, params: { menu_button: button } });
});
