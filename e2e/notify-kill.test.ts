import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { createSandbox } from "../sandbox/sandbox.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { putOnShelf } from "./busy-shop.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(300_000);

/** What the shell says of a process that SIGKILL has ended: 128 + 9. */
const KILLED = 137;
const CONTROL_TOKEN = "control-token-of-the-kill-test-00000001";
const BOT_TOKEN = "7700000002:AAkill-test-token-of-nobody-000000001";
const BUYER = { firstName: "Bo", phone: "+16665550123" };
const PATIENCE = { timeoutMs: 60_000, everyMs: 100 } as const;

const own = ownFolder();
const sandbox = createSandbox({
  ...{ botToken: BOT_TOKEN, controlToken: CONTROL_TOKEN, publicUrl: "http://127.0.0.1:3000" },
});
// A Telegram that outlives the shop: what it has taken before the shop died, the person has.
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, idleTimeout: 120, fetch: sandbox.fetch });
const telegram = `http://127.0.0.1:${server.port}`;
afterAll(async () => {
  await own.close();
  await server.stop(true);
  await sandbox.stop();
});

const startShop = (env: Readonly<Record<string, string>> = {}) =>
  own.start({
    env: {
      ...{ TELEGRAM_BOT_TOKEN: BOT_TOKEN, TELEGRAM_API_ROOT: `${telegram}/sandbox`, TELEGRAM_PACE: "off" },
      ...{ ADMIN_PHONES: SANDBOX_ADMIN_PHONE, LOG_LEVEL: "error", ...env },
    },
  });

const listSchema = z.object({
  items: z.array(z.object({ id: z.string(), template: z.string(), state: z.string(), attempts: z.int() })),
});
const notificationsOf = async (api: ApiClient, token: string) => {
  const { body } = await api.expect(200, listSchema, "/v1/notifications", { token });
  return body.items.filter(({ template }) => template === "order-card");
};

test("notify-10, notify-12, notify-4: a shop that is killed between a send and its record has sent one message, knows that it does not know, and hears what was written meanwhile", async () => {
  await sandbox.start();
  const people = createSandboxClient(createApiClient(telegram), CONTROL_TOKEN);
  const doomed = await startShop({ CRASH_AT: "notify.send.before-record" });
  const api = createApiClient(doomed.url);
  const merchant = await signIn(api, people, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  const buyer = await signIn(api, people, BUYER);
  const sku = "KILL-MUG";
  await putOnShelf(api, merchant.accessToken, sku, 5);
  const cards = () => sandbox.transcript(buyer.personId).filter(({ text }) => /^Order /.test(text));
  const alerts = () =>
    sandbox.transcript(merchant.personId).filter(({ text }) => /Order .*: confirmed/.test(text));

  const placed = api.expect([200, 201, 202], z.unknown(), "/v1/orders", {
    ...{ method: "POST", token: buyer.accessToken, body: { lines: [{ sku, quantity: 1 }] } },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  await placed.catch(() => undefined);
  expect(await doomed.exited).toBe(KILLED);
  expect(cards()).toHaveLength(1);
  // Nobody hears it now; Telegram keeps it, and the lease is still the dead one's.
  await people.say(buyer.personId, "/help");

  const next = await startShop();
  const after = createApiClient(next.url);
  const helped = () =>
    sandbox.transcript(buyer.personId).some(({ text }) => /Sign in: open the link/.test(text));
  await waitFor(helped, { ...PATIENCE, what: "the answer to what was written meanwhile" });
  const unknown = await waitFor(
    async () => {
      const found = await notificationsOf(after, buyer.accessToken);
      return found.some(({ state }) => state === "unknown") && found;
    },
    { ...PATIENCE, what: "the card to be known to be unknown" },
  );
  expect(unknown).toMatchObject([{ state: "unknown", attempts: 1 }]);
  expect(cards()).toHaveLength(1);
  expect(alerts().length).toBeLessThanOrEqual(1);

  // Whoever sends it again is staff, and knows that it may be the second.
  await after.expect([200, 202], z.unknown(), `/v1/notifications/${unknown[0]?.id}/retry`, {
    ...{ method: "POST", token: merchant.accessToken },
  });
  await waitFor(() => cards().length === 2, { ...PATIENCE, what: "the card that staff sent again" });
  // SIGTERM: nothing is under way, so it ends at once and well.
  expect(await next.stop()).toBe(0);
});
