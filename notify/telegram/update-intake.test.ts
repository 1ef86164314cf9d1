import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { type TestDatabase, testDatabase } from "../../shared/testing/test-database.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { notifyMigrations } from "../service.ts";
import { createUpdateStore, pruneUpdates } from "../store/update-store.ts";
import type { HandleUpdate } from "./bot.ts";
import { CHATS_AT_ONCE, UPDATE_ATTEMPTS_MAX } from "./update-handling.ts";
import { createUpdateIntake } from "./update-intake.ts";

const BOT = "1";

const updateOf = (id: number, chatId: number): Update => ({
  update_id: id,
  message: {
    message_id: id,
    date: 0,
    chat: { id: chatId, type: "private", first_name: "Ada" },
    from: { id: chatId, is_bot: false, first_name: "Ada" },
    text: "hi",
  },
});

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase({ name: "notify", migrations: notifyMigrations });
});
afterEach(() => database.drop());

const intakeOf = (handle: HandleUpdate, log = silentLogger(), inbox = createUpdateStore(database.db, BOT)) =>
  createUpdateIntake({
    inbox,
    handle,
    ready: () => Promise.resolve(),
    untilStored: (store) => store(),
    log,
    pollMs: 5,
  });

/** An intake whose handler waits until it is let go, update by update. */
const gatedIntake = () => {
  const begun: number[] = [];
  const gates = new Map<number, () => void>();
  const intake = intakeOf(async ({ update_id: id }) => {
    begun.push(id);
    await new Promise<void>((resolve) => gates.set(id, resolve));
  });
  return { intake, begun, letGo: (id: number) => gates.get(id)?.() };
};

const waiting = async () => (await createUpdateStore(database.db, BOT).waiting()).count;

describe("notify-7: updates that were taken", () => {
  test("of one chat are handled one after the other, in order, also over two instances", async () => {
    const [one, two] = [gatedIntake(), gatedIntake()];
    await one.intake.take([updateOf(2, 7), updateOf(1, 7)]);
    await two.intake.take([updateOf(3, 7)]);
    one.intake.start();
    two.intake.start();
    for (const id of [1, 2, 3]) {
      const both = () => [...one.begun, ...two.begun];
      await waitFor(() => both().includes(id), { what: `update ${id} to be begun` });
      expect(both().toSorted()).toEqual([1, 2, 3].slice(0, id));
      one.letGo(id);
      two.letGo(id);
    }
    await Promise.all([one.intake.stop(), two.intake.stop()]);
    expect(await waiting()).toBe(0);
  });

  test(`are handled for ${CHATS_AT_ONCE} chats at once, and no more`, async () => {
    const { intake, begun, letGo } = gatedIntake();
    const ids = Array.from({ length: CHATS_AT_ONCE + 4 }, (_, n) => n + 1);
    await intake.take(ids.map((id) => updateOf(id, id)));
    intake.start();
    await waitFor(() => begun.length === CHATS_AT_ONCE);
    letGo(1);
    await waitFor(() => begun.length === CHATS_AT_ONCE + 1);
    for (const id of ids) {
      await waitFor(() => begun.includes(id));
      letGo(id);
    }
    await intake.stop();
    expect(await waiting()).toBe(0);
  });

  test("stay with a process that is told to stop, as long as it waits for their end", async () => {
    const { promise: prolonged, resolve: letGo } = Promise.withResolvers<void>();
    const [store, begun] = [createUpdateStore(database.db, BOT), new Set<number>()];
    let isStopping = false;
    const keep: typeof store.keep = async (ids, claimMs) => {
      await store.keep(ids, claimMs);
      if (isStopping) letGo();
    };
    const handle: HandleUpdate = ({ update_id: id }) => {
      begun.add(id);
      return prolonged;
    };
    const intake = intakeOf(handle, silentLogger(), { ...store, keep });
    await intake.take([updateOf(1, 7)]);
    intake.start();
    await waitFor(() => begun.has(1));
    isStopping = true;
    await intake.stop();
    expect(await waiting()).toBe(0);
  }, 60_000);
});

describe("notify-6: an update", () => {
  test("that came before is not handled again, also by an instance that knows nothing of it", async () => {
    const handled: number[] = [];
    const handle: HandleUpdate = async ({ update_id: id }) => void handled.push(id);
    for (let instance = 0; instance < 3; instance += 1) {
      const intake = intakeOf(handle);
      intake.start();
      await Promise.all([intake.take([updateOf(1, 7)]), intake.take([updateOf(1, 7)])]);
      await waitFor(async () => (await waiting()) === 0);
      await intake.stop();
    }
    expect(handled).toEqual([1]);
  });

  test("that ends its process every time is given up, so that those behind it are handled", async () => {
    const log = silentLogger();
    const handled: number[] = [];
    const inbox = createUpdateStore(database.db, BOT);
    await inbox.store([1, 2].map((id) => ({ id, chatId: 7, update: updateOf(id, 7) })));
    const die = () =>
      database.db.execute("update telegram_update set claimed_until = now() - interval '1 second'");
    for (let life = 0; life < UPDATE_ATTEMPTS_MAX; life += 1) {
      expect((await inbox.claim(16, 10_000)).map(({ id }) => id)).toEqual([1]);
      await die();
    }
    const intake = intakeOf(async ({ update_id: id }) => void handled.push(id), log);
    intake.start();
    await waitFor(async () => (await waiting()) === 0);
    await intake.stop();
    expect(handled).toEqual([2]);
    expect(log.lines.map(({ message }) => message)).toContain("an update was never ended and is given up");
  });

  test("with text that no database takes keeps out none of those that come with it", async () => {
    const texts: string[] = [];
    const intake = intakeOf(async ({ message }) => void texts.push(message?.text ?? ""));
    const saying = (id: number, text: string) => {
      const { message, ...rest } = updateOf(id, 7);
      return { ...rest, ...(message && { message: { ...message, text } }) } as Update;
    };
    await intake.take(["a\0b", "half \ud83d", "\\u0000 😀"].map((text, n) => saying(n + 1, text)));
    intake.start();
    await waitFor(() => texts.length === 3);
    await intake.stop();
    expect(texts).toEqual(["ab", "half \ufffd", "\\u0000 😀"]);
  });

  test("of two who claim at once is had by one", async () => {
    const inbox = createUpdateStore(database.db, BOT);
    await inbox.store([{ id: 1, chatId: 7, update: updateOf(1, 7) }]);
    const claims = await Promise.all(Array.from({ length: 8 }, () => inbox.claim(16, 10_000)));
    expect(claims.flat()).toHaveLength(1);
  });

  test("is remembered for longer than Telegram keeps it, and then no more", async () => {
    const inbox = createUpdateStore(database.db, BOT);
    await inbox.store([1, 2].map((id) => ({ id, chatId: id, update: updateOf(id, id) })));
    await database.db.execute(
      "update telegram_update set received_at = now() - interval '24 hours 50 minutes' where update_id = 1",
    );
    await database.db.execute(
      "update telegram_update set received_at = now() - interval '26 hours' where update_id = 2",
    );
    await pruneUpdates(database.db);
    const { rows } = await database.db.execute<{ id: number }>(
      "select update_id::int as id from telegram_update",
    );
    expect(rows.map(({ id }) => id)).toEqual([1]);
  });
});
