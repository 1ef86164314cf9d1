import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { databaseConformance } from "../conformance/database.ts";
import { isKioskError } from "../kernel/errors.ts";
import { describeIf, realServers } from "../testing/real-servers.ts";
import { silentLogger } from "../testing/silent-logger.ts";
import { openPostgres, postgresLimits } from "./postgres.ts";

// Starting a server on a busy machine takes longer than the 5 s that bun gives a test.
setDefaultTimeout(30_000);

describeIf(realServers.postgres, "DATABASE_URL", "PostgreSQL by URL", (url) => {
  databaseConformance(() => url);
});

describe("a PostgreSQL that is away", () => {
  const openAt = (port: number) =>
    openPostgres({ name: "away", url: `postgres://nobody@127.0.0.1:${port}/none`, log: silentLogger() });

  const failuresOf = async (port: number) => {
    const database = openAt(port);
    const errors = await Promise.all([
      database.ping().catch((error: unknown) => error),
      database.transaction(async () => 1).catch((error: unknown) => error),
      database.listen("any", () => undefined).catch((error: unknown) => error),
    ]);
    expect(database.poolState()).toEqual({ total: 0, idle: 0, waiting: 0 });
    await database.close();
    return errors.map((error) => isKioskError(error, "UNAVAILABLE"));
  };

  test("is UNAVAILABLE when nobody listens on its port", async () => {
    const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    probe.stop(true);
    expect(await failuresOf(probe.port)).toEqual([true, true, true]);
  });

  test("is UNAVAILABLE in little more than the connection timeout when it takes the connection and says nothing", async () => {
    const blackHole = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
    const begun = performance.now();
    expect(await failuresOf(blackHole.port)).toEqual([true, true, true]);
    expect(performance.now() - begun).toBeLessThan(postgresLimits.connectionTimeoutMs + 1_000);
    blackHole.stop(true);
  });
});
