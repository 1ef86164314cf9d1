import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { ownFolder, runCommand } from "./own-folder.ts";

setDefaultTimeout(120_000);

const PHONE = "+15550120001";

const own = ownFolder();
let kiosk: KioskProcess;
let api: ApiClient;
let admin: SignedIn;
let grace: SignedIn;

beforeAll(async () => {
  kiosk = await own.start();
  api = createApiClient(kiosk.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  admin = await signIn(api, sandbox, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  grace = await signIn(api, sandbox, { firstName: "Grace", phone: PHONE });
});
afterAll(own.close);

/** Everything that the command printed, which never holds the database's password. */
const grant = async (words: readonly string[], env: Record<string, string> = {}) => {
  const { out, err, exitCode } = await runCommand("tools/users/grant.ts", words, {
    DATA_DIR: own.dataDir,
    ...env,
  });
  expect(out + err).not.toContain(readRecord(own.dataDir)?.password ?? "-");
  expect(err).not.toMatch(/\n\s+at /);
  return { out, err, exitCode };
};
const mayReadStock = async (token: string) => (await api.send("/v1/stock", { token })).status;
const auditSchema = z.object({
  items: z.array(
    z.object({ kind: z.string(), actorId: z.string().nullable(), detail: z.string().nullable() }),
  ),
});

describe("bun run user:grant beside a running shop", () => {
  test("gives a role, which the next access token has, and is written down", async () => {
    expect(await mayReadStock(grace.accessToken)).toBe(403);
    const { out, exitCode } = await grant([PHONE, "staff"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("was customer and is staff now");
    const pair = await api.send("/v1/auth/refresh", {
      method: "POST",
      body: { refreshToken: grace.refreshToken },
    });
    grace = { ...grace, ...(pair.body as { accessToken: string; refreshToken: string }) };
    expect(await mayReadStock(grace.accessToken)).toBe(200);
    const path = `/v1/audit?userId=${grace.userId}&kind=role-changed`;
    const { body } = await api.expect(200, auditSchema, path, { token: admin.accessToken });
    expect(body.items).toEqual([
      { kind: "role-changed", actorId: null, detail: "customer → staff (user:grant)" },
    ]);
  });

  test("says so where there is nothing to do, and to machines as JSON", async () => {
    const { out, exitCode } = await grant([PHONE.replace("+", ""), "staff", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      outcome: "unchanged",
      userId: grace.userId,
      previousRole: "staff",
    });
  });

  test("takes a role away, and the sessions that say otherwise with it", async () => {
    const { out, exitCode } = await grant([PHONE, "customer"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/In force at once: \d+ sessions? (was|were) ended/);
    await waitFor(async () => (await mayReadStock(grace.accessToken)) === 401, {
      what: "an access token that is refused",
      timeoutMs: 20_000,
    });
  });

  test("tells the other services of it", async () => {
    const outboxes = z.object({ items: z.array(z.looseObject({ service: z.string(), unsent: z.int() })) });
    await waitFor(
      async () => {
        const { body } = await api.expect(200, outboxes, "/v1/ops/outbox", { token: admin.accessToken });
        return body.items.every(({ unsent }) => unsent === 0);
      },
      { what: "the news to be sent", timeoutMs: 20_000 },
    );
  });

  test("says what to do where nobody has the phone", async () => {
    const { out, exitCode } = await grant(["+15550129999", "admin"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("Nobody has the phone +15550129999");
    expect(out).toContain("ADMIN_PHONES=+15550129999");
  });

  test("says how it is used where it was used otherwise", async () => {
    for (const words of [[], [PHONE], [PHONE, "root"], ["Grace", "staff"], [PHONE, "staff", "more"]]) {
      const { err, exitCode } = await grant(words);
      expect(exitCode).toBe(2);
      expect(err).toContain("Usage: bun run user:grant PHONE ROLE");
    }
  });

  test("works on a shop that is closed as well", async () => {
    await kiosk.stop();
    const { out, exitCode } = await grant([PHONE, "admin"]);
    expect(exitCode).toBe(0);
    expect(out).toContain("was customer and is admin now");
  });
});
