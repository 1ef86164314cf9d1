import { describe, expect, test } from "bun:test";
import { KioskError, unavailable } from "../shared/kernel/errors.ts";
import type { Database } from "../shared/ports/database.ts";
import { awaitedDatabase, listeningPatiently } from "./awaited-database.ts";

const answering = (failures: readonly Error[]) => {
  let asked = 0;
  return {
    name: "orders",
    asked: () => asked,
    async ping() {
      const failure = failures[asked++];
      if (failure) throw failure;
    },
  };
};

describe("a start", () => {
  test("goes on once the database answers", async () => {
    const database = answering([unavailable("not yet"), unavailable("not yet")]);
    await awaitedDatabase(database).start();
    expect(database.asked()).toBe(3);
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
