import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import type { MenuChange, MenuSetter } from "./menu-ports.ts";
import { reconcileMenus } from "./reconcile-menus.ts";

const changes = (count: number): MenuChange[] =>
  Array.from({ length: count }, (_, i) => ({ chatId: i + 1, userId: newId(), language: "en" }));

/** What there is to do, and what became of it. */
const world = (todo: MenuChange[], outcomeOf: (chatId: number) => Awaited<ReturnType<MenuSetter["set"]>>) => {
  const told: number[] = [];
  const refused = new Map<number, Date>();
  const done: number[] = [];
  const clock = fakeClock();
  const setter: MenuSetter = {
    async set({ chatId }) {
      told.push(chatId);
      return outcomeOf(chatId);
    },
  };
  const menus = {
    outdated: async (_: Date, limit: number) =>
      todo.filter(({ chatId }) => !done.includes(chatId)).slice(0, limit),
    done: async ({ chatId }: MenuChange) => void done.push(chatId),
    refused: async ({ chatId }: MenuChange, retryAt: Date) => void refused.set(chatId, retryAt),
  };
  return { told, done, refused, clock, reconcile: reconcileMenus({ menus, setter, clock }) };
};

test("bot-1: menus are set a few at a time, until none is left", async () => {
  const { reconcile, done } = world(changes(23), () => "done");
  expect(await reconcile()).toEqual({ more: true });
  expect(done).toHaveLength(10);
  expect(await reconcile()).toEqual({ more: true });
  expect(await reconcile()).toEqual({ more: false });
  expect(done).toHaveLength(23);
});

test("bot-1: one that Telegram refuses keeps the others from nothing, and is tried again later", async () => {
  const { reconcile, done, refused, clock } = world(changes(3), (chatId) =>
    chatId === 2 ? "refused" : "done",
  );
  await reconcile();
  expect(done).toEqual([1, 3]);
  expect(refused.get(2)?.getTime()).toBeGreaterThan(clock.now().getTime());
});

test("bot-1: while Telegram is away nothing is tried in vain", async () => {
  const { reconcile, told, done } = world(changes(5), (chatId) => (chatId === 2 ? "later" : "done"));
  expect(await reconcile()).toEqual({ more: false });
  expect([told, done]).toEqual([[1, 2], [1]]);
});
