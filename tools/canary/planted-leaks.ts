/**
 * For `canary.test.ts`: a program that leaks one secret by every way that a test has to see something, through the same doors as
 * the tests of the suite. It ends as a test process does, without a word.
 */
import { rmSync } from "node:fs";
import { Redis } from "ioredis";
import { runCommand } from "../../e2e/own-folder.ts";
import { ownRedis, redisServer } from "../../e2e/own-redis.ts";
import type { EventEnvelope } from "../../shared/contracts/envelope.ts";
import { topology } from "../../shared/contracts/events.ts";
import { withClient } from "../../shared/drivers/ensure-database.ts";
import { problemResponse } from "../../shared/http/problem.ts";
import { KioskError } from "../../shared/kernel/errors.ts";
import { dumpRedis } from "../../shared/testing/canary/redis-dump.ts";
import { migrationsFolder } from "../../shared/testing/migrations-folder.ts";
import { inMemoryDeps, readAnswer, requestTo } from "../../shared/testing/service-under-test.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import { createApiClient } from "../client/api-client.ts";
import { startKiosk } from "../kiosk-process.ts";

const secretOf = (name: string): string => process.env[`PLANTED_${name}`] ?? "";

/** What a service is given: its log, its bus, its broadcasts and its store. */
const throughPorts = async (): Promise<void> => {
  const { log, bus, pubSub, ttlStore } = await inMemoryDeps();
  log.child({ service: "auth" }).debug("somebody signed in", { with: secretOf("LOG") });
  log.warn("it failed", { error: new Error(`cannot read ${secretOf("LOG_ERROR")}`) });
  const event = {
    id: crypto.randomUUID(),
    type: "user.updated",
    subject: "1",
    data: { hint: secretOf("EVENT") },
  };
  await bus.publish(topology[0]?.exchange ?? "", [event as unknown as EventEnvelope]);
  await pubSub.publish("sessions", JSON.stringify({ hint: secretOf("BROADCAST") }));
  await ttlStore.set(`attempts:${secretOf("STORE_KEY")}`, "1", 1_000);
  await ttlStore.setIfAbsent("attempts", JSON.stringify({ of: secretOf("STORE_VALUE") }), 1_000);
};

const refusal = (secret: string): Response =>
  problemResponse(new KioskError("VALIDATION", `The field must not be ${secret}.`), "request-1");

/** What a client sees. The secrets are learned from the requests, by the names of their fields. */
const throughAnswers = async (): Promise<void> => {
  requestTo("http://auth/v1", "POST", { body: { challengeSecret: secretOf("ERROR") } });
  await readAnswer(refusal(secretOf("ERROR")));
  const server = Bun.serve({ port: 0, fetch: () => refusal(secretOf("API_ERROR")) });
  const body = { password: secretOf("API_ERROR") };
  await createApiClient(server.url.origin).send("/v1", { method: "POST", body });
  await server.stop(true);
};

const throughTables = async (): Promise<void> => {
  const migrations = migrationsFolder("CREATE TABLE person (name text, facts jsonb, notes text[])");
  const database = await testDatabase({ name: "people", migrations });
  const facts = JSON.stringify({ deep: [{ fact: secretOf("JSON_CELL") }] });
  await withClient(database.url, (client) =>
    client.query("INSERT INTO person VALUES ($1, $2, $3)", [
      secretOf("CELL"),
      facts,
      [secretOf("LIST_CELL")],
    ]),
  );
  await database.close();
  rmSync(migrations, { recursive: true, force: true });
};

const throughRedis = async (): Promise<void> => {
  if (redisServer === null) return;
  const { url, kill } = await ownRedis(redisServer);
  const client = new Redis(url);
  await client.set(`code:${secretOf("REDIS_KEY")}`, "1");
  await client.hset("sign-in", "hint", secretOf("REDIS_VALUE"));
  await dumpRedis(client, "redis");
  client.disconnect();
  await kill();
};

/** Words that there is no part or no command for are told back by the processes. */
const throughProcesses = async (): Promise<void> => {
  const env = { PORT: "0", DATA_DIR: "nowhere", OTP_PEPPER: secretOf("OUTPUT") };
  await startKiosk({ env, parts: [secretOf("OUTPUT")] }).catch(() => undefined);
  await runCommand("-e", ["console.info(process.env.INTERNAL_TOKEN)"], {
    INTERNAL_TOKEN: secretOf("COMMAND"),
  });
};

await Promise.all([throughPorts(), throughAnswers(), throughTables(), throughRedis(), throughProcesses()]);
// As at the end of a test file: the event loop has turned once since.
await new Promise((resolve) => setImmediate(resolve));
process.kill(process.pid, "SIGKILL");
