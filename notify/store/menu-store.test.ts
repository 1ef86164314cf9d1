import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { notifyMigrations } from "../service.ts";
import { createChatStore } from "./chat-store.ts";
import { createMenuStore } from "./menu-store.ts";

const now = new Date("2026-03-01T12:00:00Z");

const open = closedAfterEach(async () => {
  const database = await testDatabase({ name: "notify", migrations: notifyMigrations });
  const menus = createMenuStore(database.db);
  const chats = createChatStore(database.db);
  const user = { userId: newId(), chatId: 7, state: "active", language: "en", timezone: "UTC" } as const;
  return {
    ...{ menus, chats, user },
    is: (role: "customer" | "staff" | "admin", userVersion: number, facts: { chatId?: number | null } = {}) =>
      chats.apply({ ...user, role, userVersion, ...facts }, now),
    outdated: (at = now) => menus.outdated(at, 10),
    close: () => database.drop(),
  };
});

test("bot-1: a menu is due with the role and the language, once, and its end with the end of the role", async () => {
  const { is, menus, chats, outdated, user } = await open();
  await is("customer", 1);
  expect(await outdated()).toEqual([]);
  await is("staff", 2);
  const set = { chatId: 7, userId: user.userId, language: "en" };
  expect(await outdated()).toEqual([set]);
  // Not recorded, as after a crash: it is due still.
  expect(await outdated()).toEqual([set]);
  await menus.done(set);
  expect(await outdated()).toEqual([]);
  await chats.setLanguage(7, "ar", now);
  expect(await outdated()).toEqual([{ ...set, language: "ar" }]);
  await menus.done({ ...set, language: "ar" });
  await is("customer", 3);
  expect(await outdated()).toEqual([{ ...set, language: null }]);
  await menus.done({ ...set, language: null });
  expect(await outdated()).toEqual([]);
});

test("bot-1: one that was refused waits, and a chat that was blocked keeps what it has", async () => {
  const { is, menus, chats, outdated, user } = await open();
  await is("admin", 1);
  const set = { chatId: 7, userId: user.userId, language: "en" };
  const later = new Date(now.getTime() + 1);
  await menus.refused(set, later);
  expect(await outdated()).toEqual([]);
  expect(await outdated(later)).toEqual([set]);
  await menus.done(set);
  await chats.setState(7, "blocked", now);
  expect(await outdated(later)).toEqual([]);
  await chats.setState(7, "active", now);
  expect(await outdated(later)).toEqual([]);
});

test("bot-1: who was deleted, or has another Telegram account now, has no menu in the chat of before", async () => {
  const { is, menus, chats, outdated, user } = await open();
  await is("admin", 1);
  await menus.done({ chatId: 7, userId: user.userId, language: "en" });
  await is("admin", 2, { chatId: 8 });
  expect(await outdated()).toEqual([
    { chatId: 7, userId: user.userId, language: null },
    { chatId: 8, userId: user.userId, language: "en" },
  ]);
  await menus.done({ chatId: 7, userId: user.userId, language: null });
  await menus.done({ chatId: 8, userId: user.userId, language: "en" });
  await chats.forget(user.userId, 3, now);
  expect(await outdated()).toEqual([{ chatId: 8, userId: user.userId, language: null }]);
  // What Telegram does not know any more need not be taken away.
  await menus.refused({ chatId: 8, userId: user.userId, language: null }, now);
  expect(await outdated()).toEqual([]);
});
