import { afterEach, expect, test } from "bun:test";
import { openSandbox } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Delivery {
  url: string;
  secret: string | null;
  atMs: number;
  update: { update_id: number; message?: { text: string; chat: { id: number } } };
}

async function openWithWebhook(respond: (delivery: Delivery) => Response | Promise<Response>) {
  const time = createVirtualTime();
  const startedAt = time.clock.now().getTime();
  const deliveries: Delivery[] = [];
  const open = await openSandbox("client.fetch", {
    clock: time.clock,
    timers: time.timers,
    async webhookFetch(request) {
      const delivery: Delivery = {
        url: request.url,
        secret: request.headers.get("x-telegram-bot-api-secret-token"),
        atMs: time.clock.now().getTime() - startedAt,
        update: (await request.json()) as Delivery["update"],
      };
      deliveries.push(delivery);
      return respond(delivery);
    },
  });
  cleanups.push(open.close);
  await open.api("setWebhook", { url: "https://shop.example/hook", secret_token: "s3cret_-" });
  const info = async () => (await open.api("getWebhookInfo")).body.result as Record<string, unknown>;
  return { ...open, time, deliveries, info };
}

test("emulator-8: an update is posted with the secret, and a 2xx ends it", async () => {
  const { person, time, deliveries, info } = await openWithWebhook(() => new Response());
  const id = await person();
  await time.advance(0);
  expect(deliveries).toMatchObject([
    {
      url: "https://shop.example/hook",
      secret: "s3cret_-",
      update: { message: { text: "/start", chat: { id } } },
    },
  ]);
  expect(await info()).toMatchObject({
    url: "https://shop.example/hook",
    pending_update_count: 0,
    max_connections: 40,
  });
});

test("emulator-8: a failure is tried again at once, then after 2, 4 and 8 seconds, and order is kept", async () => {
  let failures = 4;
  const { person, control, time, deliveries, info } = await openWithWebhook(
    () => new Response(null, { status: failures-- > 0 ? 500 : 200 }),
  );
  const id = await person();
  await control("POST", `/people/${id}/messages`, { text: "second" });
  await time.advance(2_000);
  expect(await info()).toMatchObject({
    pending_update_count: 2,
    last_error_message: expect.stringContaining("Wrong response from the webhook: 500"),
  });
  await time.advance(12_000);
  expect(deliveries.map(({ atMs, update }) => [atMs, update.message?.text])).toEqual([
    [0, "/start"],
    [0, "/start"],
    [2_000, "/start"],
    [6_000, "/start"],
    [14_000, "/start"],
    [14_000, "second"],
  ]);
});

test("emulator-8: a Retry-After of the webhook is obeyed", async () => {
  let isFirst = true;
  const { person, time, deliveries } = await openWithWebhook(() => {
    const answer = isFirst
      ? new Response(null, { status: 503, headers: { "retry-after": "30" } })
      : new Response();
    isFirst = false;
    return answer;
  });
  await person();
  await time.advance(60_000);
  expect(deliveries.map(({ atMs }) => atMs)).toEqual([0, 30_000]);
});

test("emulator-8: a chat whose webhook does not answer holds nobody else up", async () => {
  let silent = 0;
  const { person, time, deliveries } = await openWithWebhook(({ update }) => {
    silent ||= update.message?.chat.id ?? 0;
    return update.message?.chat.id === silent ? new Promise<Response>(() => {}) : new Response();
  });
  await person();
  const other = await person();
  await time.advance(0);
  expect(deliveries.at(-1)?.update.message?.chat.id).toBe(other);
  await time.advance(60_000);
  expect(deliveries.filter(({ update }) => update.message?.chat.id === silent).length).toBe(2);
});

test("emulator-8: updates that waited go out when the webhook is set, or are dropped on request", async () => {
  const { api, person, time, deliveries, info } = await openWithWebhook(() => new Response());
  await api("deleteWebhook");
  await person();
  expect(await info()).toMatchObject({ url: "", pending_update_count: 1 });
  await time.advance(1_000);
  await api("setWebhook", { url: "https://shop.example/hook" });
  await time.advance(0);
  expect(deliveries).toHaveLength(1);
  expect(deliveries[0]?.secret).toBeNull();
  await api("deleteWebhook");
  await person();
  await api("deleteWebhook", { drop_pending_updates: true });
  expect(await info()).toMatchObject({ pending_update_count: 0 });
});

test.each([
  [
    { url: "http://shop.example/" },
    400,
    "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  ],
  [
    { url: "https://shop.example:8080/" },
    400,
    "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
  ],
  [{ url: "nowhere" }, 400, "Bad Request: invalid webhook URL specified"],
  [
    { url: "https://shop.example/", secret_token: "x".repeat(257) },
    400,
    "Bad Request: secret token is too long",
  ],
  [
    { url: "https://shop.example/", secret_token: "a b" },
    400,
    "Bad Request: secret token contains unallowed characters",
  ],
])("emulator-8: setWebhook refuses %j", async (parameters, status, description) => {
  const { api, time } = await openWithWebhook(() => new Response());
  await time.advance(1_000);
  expect((await api("setWebhook", parameters)).body).toEqual({ ok: false, error_code: status, description });
});

test("emulator-8: a second setWebhook within a second has to wait", async () => {
  const { api } = await openWithWebhook(() => new Response());
  expect((await api("setWebhook", { url: "https://shop.example/" })).body).toMatchObject({
    error_code: 429,
    parameters: { retry_after: 1 },
  });
});

test("emulator-8: without a way out of this machine, only loopback webhooks are taken", async () => {
  const open = await openSandbox("client.fetch");
  cleanups.push(open.close);
  expect((await open.api("setWebhook", { url: "https://shop.example/" })).body.description).toBe(
    "Bad Request: the sandbox does not model webhooks to other machines: nothing leaves this one",
  );
});

test("emulator-8: an update is delivered twice where a test wants duplicates", async () => {
  const { person, control, time, deliveries, info } = await openWithWebhook(() => new Response());
  expect((await control("POST", "/duplicates", { count: 1 })).body).toEqual({ count: 1 });
  const id = await person();
  await control("POST", `/people/${id}/messages`, { text: "once" });
  await time.advance(0);
  expect(deliveries.map(({ update }) => update.message?.text)).toEqual(["/start", "/start", "once"]);
  expect(deliveries[0]?.update.update_id).toBe(deliveries[1]?.update.update_id ?? 0);
  expect(await info()).toMatchObject({ pending_update_count: 0 });
});

test("emulator-8: chats go out side by side, no more at once than max_connections", async () => {
  const answers: (() => void)[] = [];
  const { person, api, time, deliveries } = await openWithWebhook(
    () => new Promise<Response>((resolve) => answers.push(() => resolve(new Response()))),
  );
  await time.advance(1_000);
  await api("setWebhook", { url: "https://shop.example/hook", max_connections: 2 });
  for (let n = 0; n < 3; n += 1) await person();
  await time.advance(0);
  expect(deliveries).toHaveLength(2);
  answers[0]?.();
  await time.advance(0);
  expect(deliveries).toHaveLength(3);
});
