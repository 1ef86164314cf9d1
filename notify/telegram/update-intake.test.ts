import { describe, expect, test } from "bun:test";
import type { Update } from "grammy/types";
import { createMemoryTtlStore } from "../../shared/drivers/memory-ttl-store.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { CHATS_AT_ONCE, createUpdateIntake } from "./update-intake.ts";

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

/** An intake whose handler waits until it is let go, update by update. */
const intakeWithGates = () => {
  const begun: number[] = [];
  const gates = new Map<number, () => void>();
  const intake = createUpdateIntake("1", createMemoryTtlStore(), async ({ update_id: id }) => {
    begun.push(id);
    await new Promise<void>((resolve) => gates.set(id, resolve));
  });
  return { intake, begun, letGo: (id: number) => gates.get(id)?.() };
};

describe("taking updates in", () => {
  test("updates of one chat are handled one after the other, in order", async () => {
    const { intake, begun, letGo } = intakeWithGates();
    const taken = [1, 2, 3].map((id) => intake.take(updateOf(id, 7)));
    for (const id of [1, 2, 3]) {
      await waitFor(() => begun.includes(id));
      expect(begun).toEqual([1, 2, 3].slice(0, id));
      letGo(id);
    }
    await Promise.all(taken);
  });

  test(`at most ${CHATS_AT_ONCE} chats are worked for at once`, async () => {
    const { intake, begun, letGo } = intakeWithGates();
    const ids = Array.from({ length: CHATS_AT_ONCE + 4 }, (_, n) => n + 1);
    const taken = ids.map((id) => intake.take(updateOf(id, id)));
    await waitFor(() => begun.length === CHATS_AT_ONCE);
    letGo(1);
    await waitFor(() => begun.length === CHATS_AT_ONCE + 1);
    for (const id of ids) {
      await waitFor(() => begun.includes(id));
      letGo(id);
    }
    await Promise.all(taken);
  });

  test("an update whose handler failed may come again, one that was handled may not", async () => {
    let runs = 0;
    const intake = createUpdateIntake("1", createMemoryTtlStore(), async () => {
      runs += 1;
      if (runs === 1) throw new Error("once");
    });
    await expect(intake.take(updateOf(1, 7))).rejects.toThrow("once");
    await intake.take(updateOf(1, 7));
    await intake.take(updateOf(1, 7));
    expect(runs).toBe(2);
  });
});
