import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readKeptSecrets } from "../boot/secrets.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(90_000);

const folders: ReturnType<typeof ownFolder>[] = [];
const folder = () => {
  const made = ownFolder();
  folders.push(made);
  return made;
};
afterAll(() => Promise.all(folders.map(({ close }) => close())));

/** Kiosk is expected to end by itself, with a line for people and no stack. */
const refusal = async (env: Record<string, string>, words: readonly string[] = []) => {
  const { err, exitCode } = await runCommand("kiosk.ts", words, {
    PORT: "0",
    DATA_DIR: folder().dataDir,
    ...env,
  });
  expect(exitCode).toBe(1);
  expect(err).not.toMatch(/\n\s+at /);
  return err.trim();
};

describe("a start that cannot be", () => {
  test("names every wrong variable, what is expected, and no value", async () => {
    const said = await refusal({
      PORT: "http",
      RABBITMQ_URL: "redis://user:hunter2@host",
      INTERNAL_TOKEN: "short",
    });
    expect(said.split("\n").map((line) => line.split(":")[0])).toEqual([
      "PORT",
      "RABBITMQ_URL",
      "INTERNAL_TOKEN",
    ]);
    expect(said).not.toContain("hunter2");
  });

  test("says which port is in use and how to choose another", async () => {
    const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("somebody else") });
    const port = String(other.port);
    const said = await refusal({ PORT: port });
    await other.stop(true);
    expect(said).toContain(`Port ${port} on 127.0.0.1 is in use`);
    expect(said).toContain("PORT=");
  });

  test("says which server cannot be reached, without its password", async () => {
    const database = await refusal({ DATABASE_URL: "postgres://kiosk:hunter2@127.0.0.1:1/x" });
    expect(database).toContain("DATABASE_URL");
    expect(await refusal({ REDIS_URL: "redis://:hunter2@127.0.0.1:1" })).toContain("REDIS_URL");
    expect(await refusal({ RABBITMQ_URL: "amqp://kiosk:hunter2@127.0.0.1:1" })).toContain("RABBITMQ_URL");
    expect(database).not.toContain("hunter2");
  });

  test("knows its services", async () => {
    expect(await refusal({}, ["order"])).toContain("order: there is no such service");
  });

  test("refuses in production what is only good for trying out, by name", async () => {
    const bot = { TELEGRAM_BOT_TOKEN: `1:${"x".repeat(35)}`, TELEGRAM_UPDATES: "polling" };
    const secrets = await refusal({ NODE_ENV: "production", ...bot });
    for (const name of ["JWT_PRIVATE_JWK", "OTP_PEPPER", "INTERNAL_TOKEN"]) expect(secrets).toContain(name);
    const rest = await refusal({ NODE_ENV: "production", RATE_LIMITS: "off", ALLOWED_ORIGINS: "*" });
    for (const name of ["TELEGRAM_BOT_TOKEN", "RATE_LIMITS", "ALLOWED_ORIGINS"]) expect(rest).toContain(name);
  });
});

describe("a start", () => {
  test("prints what each part resolved to; a second one in the same folder is told; SIGTERM ends it with 0", async () => {
    const own = folder();
    const kiosk = await own.start();
    expect(kiosk.output()).toContain("embedded PostgreSQL");
    expect(kiosk.output()).toContain(`${kiosk.url}/sandbox`);
    for (const port of ["0", new URL(kiosk.url).port]) {
      const second = await runCommand("kiosk.ts", [], { PORT: port, DATA_DIR: own.dataDir });
      expect(second.exitCode).toBe(1);
      expect(second.err).toContain("Another Kiosk");
      expect(second.err).toContain(kiosk.url);
    }
    expect(await kiosk.stop()).toBe(0);
  });

  test("works again after kill -9, in two folders at once", async () => {
    const [a, b] = [folder(), folder()];
    const [first, other] = await Promise.all([a.start(), b.start()]);
    await first.kill();
    const again = await a.start();
    const healthy = await Promise.all(
      [again, other].map(async ({ url }) => (await fetch(`${url}/health`)).status),
    );
    expect(healthy).toEqual([200, 200]);
  });

  test("drains at the first signal, and exits at once at the second", async () => {
    const kiosk = await folder().start();
    // A request that is held for as long as a drain waits.
    const headers = { "x-sandbox-token": readKeptSecrets(folders.at(-1)?.dataDir ?? "").SANDBOX_TOKEN ?? "" };
    const person = await fetch(`${kiosk.url}/sandbox/api/people`, {
      method: "POST",
      headers,
      body: '{"firstName":"A","phone":"+15550123"}',
    });
    const { id } = (await person.json()) as { id: number };
    const held = fetch(`${kiosk.url}/sandbox/api/people/${id}/messages?after=999999&waitMs=25000`, {
      headers,
    }).catch(() => null);
    process.kill(kiosk.pid, "SIGINT");
    await waitFor(() => kiosk.output().includes("finishing what is in flight"), {
      what: "the first signal to be heard",
    });
    process.kill(kiosk.pid, "SIGINT");
    expect(await kiosk.exited).toBe(130);
    await held;
  });
});
