import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeptSecrets } from "../boot/secrets.ts";
import { withTelegramKeys } from "../boot/telegram-keys.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { serviceNames } from "../shared/runtime/service.ts";
import { createCanary } from "../shared/testing/canary/canary.ts";
import { heardLines } from "../shared/testing/canary/heard-lines.ts";
import { dumpTables } from "../shared/testing/canary/table-dump.ts";
import { search } from "../tools/canary/search.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { ownFolder, runCommand } from "./own-folder.ts";
import {
  askForCode,
  GRACE,
  liveThroughIdentity,
  PASSWORD,
  type World,
} from "./secrets-canary/identity-journey.ts";
import { sendMisplaced } from "./secrets-canary/misplaced.ts";

setDefaultTimeout(240_000);

// A Kiosk in one process that says everything it ever says, and people who do everything that there is to do with an identity. The
// sandbox is left out: it plays Telegram, and what was sent to somebody stands in that person's chat, codes included.

const env = {
  LOG_LEVEL: "debug",
  RATE_LIMITS: "off",
  OTP_REQUESTS_PER_ADDRESS: "100000",
  PASSWORD_LOGIN: "on",
  AUTH_TELEGRAM_WIDGET: "on",
  METRICS_TOKEN: "metrics-token-of-the-canary-7f31c0",
};

const own = ownFolder();
const folder = mkdtempSync(join(tmpdir(), "kiosk-canary-"));
afterAll(async () => {
  await own.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The newest secret of each kind, to be planted in the end. */
const learned = new Map<string, string>();
const canary = createCanary(folder, (kind, value) => void learned.set(kind, value));

const databaseOf = (service: keyof typeof databaseNames): string => {
  const record = readRecord(own.dataDir);
  if (!record) throw new Error("there is no database in the folder");
  return clusterUrl(record, databaseNames[service]);
};

const openWorld = (url: string): World => {
  const secrets = readKeptSecrets(own.dataDir);
  canary.alias(url, own.dataDir);
  for (const given of [env, secrets, databaseOf("auth")]) canary.learnFrom(given);
  const api = createApiClient(url, canary);
  const keys = withTelegramKeys({ ...env, ...secrets });
  canary.learnFrom(keys);
  const inAuth = (statement: string) => withClient(databaseOf("auth"), (client) => client.query(statement));
  return {
    api,
    sandbox: createSandboxClient(api, secrets.SANDBOX_TOKEN ?? ""),
    widgetKey: Buffer.from(keys.TELEGRAM_WIDGET_KEY ?? "", "hex"),
    inAuth,
    async rotateKeys() {
      const rotated = await runCommand("tools/keys/rotate.ts", [], { DATA_DIR: own.dataDir });
      expect(rotated.exitCode).toBe(0);
      await inAuth("update signing_key set signs_from = now() where signs_from > now()");
    },
  };
};

describe("auth-21: what is secret", () => {
  let output: () => string;
  beforeAll(async () => {
    const kiosk = await own.start({ env });
    output = kiosk.output;
    const world = openWorld(kiosk.url);
    const { adminToken, initData, receiptSecret, grace, last } = await liveThroughIdentity(world);
    const { ask, code } = await askForCode(world, grace.personId, GRACE.phone);
    const { SANDBOX_TOKEN = "", INTERNAL_TOKEN = "" } = readKeptSecrets(own.dataDir);
    for (const secret of [
      ...[adminToken, last.refreshToken, ask.challengeSecret, code, initData, receiptSecret],
      ...[PASSWORD, GRACE.phone, SANDBOX_TOKEN, INTERNAL_TOKEN],
    ])
      expect(await sendMisplaced(world.api, secret, adminToken)).toBeGreaterThan(70);
    const lines = heardLines("output", own.dataDir, canary);
    lines.add(output());
    lines.end();
    for (const name of serviceNames)
      await dumpTables({ name, url: databaseOf(name), world: own.dataDir }, canary);
  });

  test("stands in no log, trace, error, event or table, whatever people do and wherever they put it", () => {
    expect(search(folder).leaks).toEqual([]);
  });

  test("was all there, and was looked for where it could have been", () => {
    const { looked, kinds } = search(folder);
    expect([...learned.keys()].toSorted()).toEqual([
      ...["access token", "challenge secret", "code", "cookie", "init data", "internal token"],
      ...["link nonce", "password", "pepper or key", "phone", "receipt secret", "refresh token"],
      ...["sandbox token", "sign-in code"],
    ]);
    expect(kinds).toBe(learned.size);
    expect(looked.unread).toBe(0);
    expect(looked.tables).toBeGreaterThan(40);
    for (const said of [
      "/v1/auth/otp/verify",
      "/internal/codes",
      "/v1/auth/refresh",
      "user.deleted",
      "traceId",
    ])
      expect(output()).toContain(said);
  });

  test("would have been found, each kind of it", () => {
    for (const [kind, secret] of learned)
      canary.emitted({ channel: "log", place: `planted ${kind}`, world: own.dataDir, text: `so: ${secret}` });
    canary.flush();
    const found = new Set(search(folder).leaks.map(({ place }) => place));
    expect([...found].toSorted()).toEqual([...learned.keys()].map((kind) => `planted ${kind}`).toSorted());
  });
});
