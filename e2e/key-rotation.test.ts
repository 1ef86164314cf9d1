import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { decodeProtectedHeader } from "jose";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { describeIf, realServers } from "../shared/testing/real-servers.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(120_000);

/** A protected route of every service. */
const ROUTES = ["/v1/users/me", "/v1/ops/outbox", "/v1/stock", "/v1/orders", "/v1/notifications"];
/** What `keys:rotate` says of a dropped key, and as much again for a busy machine. */
const REFUSED_WITHIN_MS = 20_000;

interface Shop {
  readonly url: string;
  readonly dataDir: string;
  readonly adminPhone: string;
  /** Address of auth's database, and what the command needs to find it. */
  readonly databaseUrl: () => string;
  readonly commandEnv: Readonly<Record<string, string>>;
}

const scheduleSchema = z.object({
  keys: z.array(z.object({ kid: z.string(), standing: z.string(), signsFrom: z.iso.datetime() })),
});
const pairSchema = z.object({ accessToken: z.string(), refreshToken: z.string() });
const keySetSchema = z.object({ keys: z.array(z.object({ kid: z.string() })) });

const questionsTo = ({ url, dataDir, adminPhone, databaseUrl, commandEnv }: Shop) => {
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(dataDir).SANDBOX_TOKEN ?? "");
  const refresh = async (refreshToken: string): Promise<z.infer<typeof pairSchema>> =>
    (await api.expect(200, pairSchema, "/v1/auth/refresh", { method: "POST", body: { refreshToken } })).body;
  const command = (...words: string[]) => runCommand("tools/keys/rotate.ts", words, commandEnv);
  return {
    command,
    signIn: () => signIn(api, sandbox, { firstName: "Merchant", phone: adminPhone }),
    /** The next pair of a session, signed by whichever key signs now. */
    refresh,
    /** Refreshes a session until another key signs. */
    async nextKeySigns(pair: z.infer<typeof pairSchema>) {
      let newest = pair;
      const isAnother = async () => {
        newest = await refresh(newest.refreshToken);
        return kidOf(newest.accessToken) !== kidOf(pair.accessToken);
      };
      await waitFor(isAnother, { what: "a token of the new key", timeoutMs: 30_000, everyMs: 100 });
      return newest;
    },
    async schedule() {
      const { out, exitCode } = await command("--list", "--json");
      expect(exitCode).toBe(0);
      return scheduleSchema.parse(JSON.parse(out)).keys;
    },
    published: async () =>
      (await api.expect(200, keySetSchema, "/.well-known/jwks.json")).body.keys.map(({ kid }) => kid),
    /** What each service says of a token. */
    statuses: (token: string) =>
      Promise.all(ROUTES.map(async (path) => (await api.send(path, { token })).status)),
    /** The new key's time has come. */
    letItSign: () =>
      withClient(databaseUrl(), (client) =>
        client.query("update signing_key set signs_from = now() where signs_from > now()"),
      ),
  };
};

const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? "";
const all = (status: number) => ROUTES.map(() => status);

describe("keys:rotate beside a Kiosk in one process", () => {
  const own = ownFolder();
  const env = { RATE_LIMITS: "off" };
  let kiosk: Awaited<ReturnType<typeof own.start>>;
  let shop: ReturnType<typeof questionsTo>;
  let first = { accessToken: "", refreshToken: "" };
  let second = first;

  beforeAll(async () => {
    kiosk = await own.start({ env });
    const databaseUrl = () => {
      const record = readRecord(own.dataDir);
      if (!record) throw new Error("there is no database in the folder");
      return clusterUrl(record, databaseNames.auth);
    };
    const commandEnv = { DATA_DIR: own.dataDir };
    shop = questionsTo({
      ...{ url: kiosk.url, dataDir: own.dataDir, adminPhone: SANDBOX_ADMIN_PHONE },
      ...{ databaseUrl, commandEnv },
    });
    first = await shop.signIn();
  });
  afterAll(own.close);

  test("publishes a new key before it signs, and once however often it is asked", async () => {
    const rotated = await shop.command();
    expect([rotated.exitCode, rotated.err]).toEqual([0, ""]);
    expect(rotated.out).toStartWith("Another key follows the one that signs.");
    expect((await shop.command()).exitCode).toBe(0);
    const [old, next] = await shop.schedule();
    expect([old, next]).toMatchObject([
      { kid: kidOf(first.accessToken), standing: "signing" },
      { standing: "upcoming" },
    ]);
    await waitFor(async () => (await shop.published()).length === 2, { what: "both keys to be published" });
    second = await shop.refresh(first.refreshToken);
    expect(kidOf(second.accessToken)).toBe(kidOf(first.accessToken));
  });

  test("then the new key signs, and tokens of both are good at every service", async () => {
    await shop.letItSign();
    second = await shop.nextKeySigns(second);
    expect(await shop.statuses(second.accessToken)).toEqual(all(200));
    expect(await shop.statuses(first.accessToken)).toEqual(all(200));
    expect((await shop.schedule()).map(({ standing }) => standing)).toEqual(["leaving", "signing"]);
  });

  test("a restart changes nothing about it", async () => {
    await kiosk.stop();
    kiosk = await own.start({ env: { ...env, PORT: new URL(kiosk.url).port } });
    expect(await shop.statuses(second.accessToken)).toEqual(all(200));
    second = await shop.refresh(second.refreshToken);
    expect(await shop.statuses(second.accessToken)).toEqual(all(200));
  });

  test("--revoke ends the tokens of one key everywhere, and of no other", async () => {
    const dropped = await shop.command("--revoke", kidOf(first.accessToken));
    expect([dropped.exitCode, dropped.err]).toEqual([0, ""]);
    expect(dropped.out).toContain("its tokens are refused within 10 seconds");
    await waitFor(async () => (await shop.statuses(first.accessToken)).every((status) => status === 401), {
      what: "the refusal of the dropped key's tokens",
      timeoutMs: REFUSED_WITHIN_MS,
    });
    expect(await shop.statuses(second.accessToken)).toEqual(all(200));
    expect(await shop.published()).toEqual([kidOf(second.accessToken)]);
  });

  test("--revoke of the key that signs has another sign at once", async () => {
    const dropped = await shop.command("--revoke", kidOf(second.accessToken));
    expect([dropped.exitCode, dropped.err]).toEqual([0, ""]);
    await waitFor(async () => (await shop.statuses(second.accessToken)).every((status) => status === 401), {
      what: "the refusal of the dropped key's tokens",
      timeoutMs: REFUSED_WITHIN_MS,
    });
    const third = await shop.signIn();
    expect([kidOf(first.accessToken), kidOf(second.accessToken)]).not.toContain(kidOf(third.accessToken));
    expect(await shop.statuses(third.accessToken)).toEqual(all(200));
  });

  test("says why it does nothing, with exit code 2 and without a password", async () => {
    const cases: readonly (readonly [readonly string[], Record<string, string>, string])[] = [
      [["--revoke", "nobodys"], {}, "There is no key with this id"],
      [["--list", "--revoke", "x"], {}, "Usage: bun run keys:rotate"],
      [["--all"], {}, "Usage: bun run keys:rotate"],
      [[], { AUTH_DATABASE_URL: "postgres://kiosk:hunter2@127.0.0.1:1/x" }, "is AUTH_DATABASE_URL right?"],
    ];
    for (const [words, env, said] of cases) {
      const { out, err, exitCode } = await runCommand("tools/keys/rotate.ts", words, {
        DATA_DIR: own.dataDir,
        ...env,
      });
      expect([exitCode, out, err]).toEqual([2, "", expect.stringContaining(said)]);
      expect(err).not.toContain("hunter2");
    }
  });

  test("on a Kiosk that is stopped it is remembered for the next start", async () => {
    await kiosk.stop();
    const asked = await shop.command();
    expect([asked.exitCode, asked.out]).toEqual([1, expect.stringContaining("No auth has taken it up yet")]);
    kiosk = await own.start({ env: { ...env, PORT: new URL(kiosk.url).port } });
    await waitFor(async () => (await shop.published()).length === 2, { what: "both keys to be published" });
  });
});

const { postgres, redis, rabbitmq } = realServers;
const missing = postgres === undefined ? "DATABASE_URL" : redis === undefined ? "REDIS_URL" : "RABBITMQ_URL";

describeIf(postgres && redis && rabbitmq, missing, "keys:rotate beside a cluster with two of auth", () => {
  let cluster: Cluster;
  let shop: ReturnType<typeof questionsTo>;

  beforeAll(async () => {
    cluster = await startCluster(
      [["gateway", "catalog", "inventory", "notify"], ["auth"], ["auth"], ["orders"]],
      {
        env: { RATE_LIMITS: "off", OTP_REQUESTS_PER_ADDRESS: "1000" },
      },
    );
    const { url, dataDir, adminPhone } = cluster;
    const databaseUrl = () => cluster.databaseUrl("auth");
    shop = questionsTo({
      ...{ url, dataDir, adminPhone, databaseUrl },
      commandEnv: { AUTH_DATABASE_URL: databaseUrl() },
    });
  });
  afterAll(() => cluster.close());

  test("a service that was away knows the new key and the old one, and hears of a dropped one", async () => {
    const before = await shop.signIn();
    expect(await shop.statuses(before.accessToken)).toEqual(all(200));
    await cluster.processes[3]?.kill();
    expect((await shop.command()).exitCode).toBe(0);
    await shop.letItSign();
    const after = await shop.nextKeySigns(before);
    await cluster.start(["orders"]);
    expect(await shop.statuses(after.accessToken)).toEqual(all(200));
    expect(await shop.statuses(before.accessToken)).toEqual(all(200));

    expect((await shop.command("--revoke", kidOf(before.accessToken))).exitCode).toBe(0);
    await waitFor(async () => (await shop.statuses(before.accessToken)).every((status) => status === 401), {
      what: "the refusal of the dropped key's tokens",
      timeoutMs: REFUSED_WITHIN_MS,
    });
    expect(await shop.statuses(after.accessToken)).toEqual(all(200));
  });

  test("with auth away the known keys go on", async () => {
    const { accessToken } = await shop.signIn();
    expect(await shop.statuses(accessToken)).toEqual(all(200));
    await Promise.all([cluster.processes[1]?.kill(), cluster.processes[2]?.kill()]);
    const withoutAuth = (await shop.statuses(accessToken)).slice(2);
    expect(withoutAuth).toEqual(all(200).slice(2));
  });
});
