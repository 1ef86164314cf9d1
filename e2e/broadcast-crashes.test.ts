import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { z } from "zod";
import { SENDS_AT_ONCE } from "../notify/domain/pace.ts";
import type { CrashPoint } from "../shared/runtime/crash-point.ts";
import { column } from "../shared/sql/column.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { type CrashShop, openCrashShop } from "./crash-points/crash-shop.ts";

setDefaultTimeout(240_000);

/** What the shell says of a process that SIGKILL has ended: 128 + 9. */
const KILLED = 137;
/** More than come into the queue at first, so that it is filled up again after each death. */
const READERS = 130;
const WORDS = "Tea is cheaper until Friday";
const COUNTS = ["pending", "sent", "blocked", "unknown", "failed", "suppressed", "expired"] as const;

/** Where notify dies, life after life, while it sends one broadcast. */
const deaths: readonly `${Extract<CrashPoint, `notify.${string}`>}#${number}`[] = [
  "notify.feed.before-commit#1",
  "notify.feed.after-commit#1",
  "notify.send.after-claim#5",
  "notify.send.before-record#5",
];

const draftSchema = z.object({ id: z.string() });
const viewSchema = z.object({
  state: z.string(),
  progress: z.object({
    recipients: z.int(),
    ...{ pending: z.int(), sent: z.int(), blocked: z.int(), unknown: z.int() },
    ...{ failed: z.int(), suppressed: z.int(), expired: z.int() },
  }),
});

let shop: CrashShop;
beforeAll(async () => {
  shop = await openCrashShop("notify", { buyers: 0 });
});
afterAll(() => shop?.close());

/** People with an open chat who have chosen to get offers: their Telegram accounts. */
const addReaders = async (): Promise<number[]> => {
  const phones = Array.from({ length: READERS }, (_, i) => `+1555044${String(i).padStart(4, "0")}`);
  const chatIds = await Promise.all(
    phones.map(async (phone) => {
      const id = await shop.sandbox.person("Nora", phone);
      await shop.sandbox.start(id);
      return id;
    }),
  );
  const users = chatIds.map((chatId) => ({ chatId, userId: crypto.randomUUID() }));
  const rows = sql`unnest(${column(users, "uuid", ({ userId }) => userId)}, ${column(users, "bigint", ({ chatId }) => chatId)}) as u(user_id, chat_id)`;
  const { db } = shop.databases.notify;
  await db.execute(sql`
    insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
    select user_id, chat_id, 'active', 'en', 'customer', 1, now() from ${rows}`);
  await db.execute(sql`
    insert into preference (user_id, choices, updated_at)
    select user_id, '{"marketing": true}', now() from ${rows}`);
  return chatIds;
};

const copiesIn = async (chatId: number): Promise<number> =>
  (await shop.sandbox.messages(chatId)).filter(({ text }) => text === WORDS).length;

test("notify-23: killed where it hurts, life after life, it writes to nobody twice and counts everybody", async () => {
  const { api, sandbox, merchant } = shop;
  if (merchant === undefined) throw new Error("nobody is the merchant");
  const chatIds = await addReaders();
  const { accessToken: token } = await stepUp(api, sandbox, merchant, "broadcast.send");
  const { body: draft } = await api.expect(201, draftSchema, "/v1/broadcasts", {
    ...{ method: "POST", token },
    body: { texts: { en: WORDS } },
  });
  const path = `/v1/broadcasts/${draft.id}`;
  let isStarted = false;
  for (const death of deaths) {
    const doomed = await shop.restart(death);
    // Of the first start the answer may be lost with the process: what it wrote is there.
    if (!isStarted) await api.send(`${path}/start`, { method: "POST", token }).catch(() => undefined);
    isStarted = true;
    expect([death, await doomed.exited]).toEqual([death, KILLED]);
  }
  await shop.restart();
  const done = await waitFor(
    async () => {
      const { status, body } = await api.send(path, { token });
      const view = status === 200 ? viewSchema.parse(body) : null;
      return view?.state === "done" && view;
    },
    { what: "the end of the broadcast", timeoutMs: 90_000, everyMs: 250 },
  );
  const { progress } = done;
  expect(COUNTS.reduce((sum, name) => sum + progress[name], 0)).toBe(progress.recipients);
  expect(progress).toMatchObject({ recipients: READERS, sent: READERS - progress.unknown, pending: 0 });
  // Those under way when it died.
  expect(progress.unknown).toBeGreaterThan(0);
  expect(progress.unknown).toBeLessThanOrEqual(deaths.length * SENDS_AT_ONCE);
  const copies = await Promise.all(chatIds.map(copiesIn));
  expect(copies.filter((count) => count > 1)).toEqual([]);
  const holding = copies.filter((count) => count === 1).length;
  expect(holding).toBeGreaterThanOrEqual(progress.sent);
  expect(holding).toBeLessThanOrEqual(progress.sent + progress.unknown);
});
