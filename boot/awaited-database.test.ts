import { describe, expect, test } from "bun:test";
import { KioskError, unavailable } from "../shared/kernel/errors.ts";
import type { Database } from "../shared/ports/database.ts";
import { awaitedDatabase, listeningPatiently } from "./awaited-database.ts";

const answering = (failures: readonly Error[]) => {
  let asked = 0;
  let atOnce = 0;
  let mostAtOnce = 0;
  return {
    name: "orders",
    asked: () => asked,
    mostAtOnce: () => mostAtOnce,
    async ping() {
      const failure = failures[asked++];
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      await Promise.resolve();
      atOnce -= 1;
      if (failure) throw failure;
    },
  };
};

describe("a start", () => {
  test("goes on once the database answers, with several connections", async () => {
    const database = answering([unavailable("not yet"), unavailable("not yet")]);
    await awaitedDatabase(database).start();
    expect(database.asked()).toBe(3 + 4);
    expect(database.mostAtOnce()).toBe(4);
  });

  test("waits for each of them", async () => {
    const database = answering([
      unavailable("not yet"),
      ...new Array(2),
      unavailable("one too many just now"),
    ]);
    await awaitedDatabase(database).start();
    expect(database.asked()).toBe(2 + 4 + 1);
  });

  test("fails where nobody answers for too long", async () => {
    const database = answering([unavailable("not yet")]);
    await expect(awaitedDatabase(database, 0).start()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("fails at once where the database refuses it", async () => {
    const database = answering([new KioskError("INTERNAL", "no such user")]);
    await expect(awaitedDatabase(database).start()).rejects.toMatchObject({ code: "INTERNAL" });
    expect(database.asked()).toBe(1);
  });
});

test("who listens from the start on may wait for a first connection as well", async () => {
  const failures = [unavailable("not yet"), unavailable("not yet")];
  const heard: string[] = [];
  const listening = { ask: async () => undefined, close: async () => undefined };
  const listen: Database["listen"] = async (channel) => {
    heard.push(channel);
    const failure = failures.shift();
    if (failure) throw failure;
    return listening;
  };
  const database = listeningPatiently({ listen } as Database);
  expect(await database.listen("news", () => undefined)).toBe(listening);
  expect(heard).toEqual(["news", "news", "news"]);
});
