import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { waitFor } from "../testing/wait-for.ts";
import type { OnDatabase } from "./database-harness.ts";

const ASK_TIMEOUT_MS = 5_000;

/** What holds of NOTIFY and of the connection that listens to it. */
export const databaseListening = (on: OnDatabase): void => {
  test("hears a NOTIFY once it has committed, and not what is sent on another channel", async () => {
    const { database } = on();
    const heard: string[] = [];
    const listening = await database.listen("Some Channel", (payload) => heard.push(payload));
    await database.transaction(async (tx) => {
      await tx.execute(sql`select pg_notify('other', 'no'), pg_notify('Some Channel', 'yes')`);
    });
    await waitFor(() => heard.length > 0, { what: "the notification" });
    expect(heard).toEqual(["yes"]);
    await listening.close();
  });

  test("answers on the connection that listens, after the notifications that were sent before", async () => {
    const { database } = on();
    const heard: string[] = [];
    const listening = await database.listen("asked", (payload) => heard.push(payload));
    for (let round = 1; round <= 20; round += 1) {
      await database.db.execute(sql`select pg_notify('asked', ${String(round)})`);
      expect(await listening.ask("select 1 as one", ASK_TIMEOUT_MS)).toEqual({ one: 1 });
      expect(heard).toHaveLength(round);
    }
    await expect(listening.ask("select nonsense", ASK_TIMEOUT_MS)).rejects.toThrow();
    expect(await listening.ask("select 2 as two", ASK_TIMEOUT_MS)).toEqual({ two: 2 });
    await listening.close();
    await expect(listening.ask("select 1", ASK_TIMEOUT_MS)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("gives up on a listening connection that is late with an answer, and makes it anew", async () => {
    const { database } = on();
    const heard: string[] = [];
    const listening = await database.listen("late", (payload) => heard.push(payload));
    await expect(listening.ask("select pg_sleep(2)", 50)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await waitFor(() => heard.includes(""), { what: "the call after the reconnect" });
    expect(await listening.ask("select 1 as one", ASK_TIMEOUT_MS)).toEqual({ one: 1 });
    await listening.close();
  });

  test("listens again after its connection was terminated, and says that something may have been missed", async () => {
    const { database, observer, terminateAll } = on();
    const heard: string[] = [];
    const listening = await database.listen("again", (payload) => heard.push(payload));
    for (let round = 1; round <= 3; round += 1) {
      await terminateAll();
      await waitFor(() => heard.length === round * 2 - 1, { what: "the call after the reconnect" });
      await observer.db.execute(sql`select pg_notify('again', ${String(round)})`);
      await waitFor(() => heard.length === round * 2, { what: "the notification" });
    }
    expect(heard).toEqual(["", "1", "", "2", "", "3"]);
    await listening.close();
    const { rows } = await observer.db.execute(
      sql`select 1 from pg_stat_activity where application_name = 'kiosk-conformance-listen' and query like '%again%'`,
    );
    expect(rows).toEqual([]);
  });
};
