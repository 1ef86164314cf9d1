import { afterEach, expect, test } from "bun:test";
import { createHmac, createPublicKey, verify } from "node:crypto";
import { SANDBOX_BOT_TOKEN } from "../sandbox.ts";
import { type OpenSandbox, openSandbox } from "../testing/open-sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const NOW = new Date("2026-01-01T12:00:00.000Z");

async function open(options: Parameters<typeof openSandbox>[1] = {}): Promise<OpenSandbox> {
  const opened = await openSandbox("client.fetch", { clock: { now: () => NOW }, ...options });
  cleanups.push(opened.close);
  return opened;
}

async function fieldsOf({ control }: OpenSandbox, id: number, body: unknown = {}) {
  const answer = await control("POST", `/people/${id}/init-data`, body);
  expect(answer.status).toBe(200);
  return new URLSearchParams(String(answer.body.initData));
}

/** What a bot computes of the fields (https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app). */
function hashBy(key: Buffer, fields: URLSearchParams): string {
  const lines = [...fields].filter(([name]) => name !== "hash").map(([name, value]) => `${name}=${value}`);
  return createHmac("sha256", key).update(lines.toSorted().join("\n")).digest("hex");
}

const keyOf = (token: string): Buffer => createHmac("sha256", "WebAppData").update(token).digest();

test("emulator-15: a person opens the Mini App: the data are signed as Telegram signs them", async () => {
  const sandbox = await open();
  const id = await sandbox.person({ firstName: "Ada & Co = 100 %" });
  const fields = await fieldsOf(sandbox, id);
  expect(JSON.parse(fields.get("user") ?? "")).toEqual({
    id,
    first_name: "Ada & Co = 100 %",
    language_code: "en",
    allows_write_to_pm: true,
  });
  expect(fields.get("auth_date")).toBe(String(NOW.getTime() / 1_000));
  expect(fields.get("chat_type")).toBe("sender");
  expect(fields.get("hash")).toBe(hashBy(keyOf(SANDBOX_BOT_TOKEN), fields));
  expect((await fieldsOf(sandbox, id)).get("chat_instance")).toBe(fields.get("chat_instance"));
});

test("emulator-15: by a link with a parameter, a while ago, before Start was pressed", async () => {
  const sandbox = await open();
  const id = await sandbox.person({ started: false });
  const fields = await fieldsOf(sandbox, id, { startParam: "mug-blue", ageSeconds: 4_000 });
  expect(fields.get("start_param")).toBe("mug-blue");
  expect(fields.get("auth_date")).toBe(String(NOW.getTime() / 1_000 - 4_000));
  expect(JSON.parse(fields.get("user") ?? "")).not.toHaveProperty("allows_write_to_pm");
  expect(fields.get("hash")).toBe(hashBy(keyOf(SANDBOX_BOT_TOKEN), fields));
});

test("another key signs them where one is given", async () => {
  const webAppKey = "ab".repeat(32);
  const sandbox = await open({ webAppKey });
  const fields = await fieldsOf(sandbox, await sandbox.person());
  expect(fields.get("hash")).toBe(hashBy(Buffer.from(webAppKey, "hex"), fields));
});

/** What a third party checks (https://core.telegram.org/bots/webapps#validating-data-for-third-party-use). */
function isSignedByTelegram(publicKey: string, botId: number, fields: URLSearchParams): boolean {
  const lines = [...fields]
    .filter(([name]) => name !== "hash" && name !== "signature")
    .map(([name, value]) => `${name}=${value}`);
  const signed = Buffer.from(`${botId}:WebAppData\n${lines.toSorted().join("\n")}`);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(publicKey, "hex")]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return verify(null, signed, key, Buffer.from(fields.get("signature") ?? "", "base64url"));
}

test("emulator-15: they are signed with an Ed25519 key of the sandbox's own as well, which is the same after a restart", async () => {
  const sandbox = await open();
  const { bot } = sandbox.sandbox;
  const publicKey = String((await sandbox.control("GET", "/bot")).body.webAppPublicKey);
  const fields = await fieldsOf(sandbox, await sandbox.person(), { startParam: "a" });
  expect(publicKey).toMatch(/^[0-9a-f]{64}$/);
  expect(isSignedByTelegram(publicKey, bot.id, fields)).toBe(true);
  expect(isSignedByTelegram(publicKey, bot.id + 1, fields)).toBe(false);
  expect((await (await open()).control("GET", "/bot")).body.webAppPublicKey).toBe(publicKey);
  const other = await open({ webAppKey: "ab".repeat(32) });
  expect((await other.control("GET", "/bot")).body.webAppPublicKey).not.toBe(publicKey);
});

test("emulator-15: tampered data name somebody else, and neither signature holds", async () => {
  const sandbox = await open();
  const id = await sandbox.person();
  const publicKey = String((await sandbox.control("GET", "/bot")).body.webAppPublicKey);
  const fields = await fieldsOf(sandbox, id, { tampered: true });
  expect(JSON.parse(fields.get("user") ?? "").id).toBe(id + 1);
  expect(fields.get("hash")).not.toBe(hashBy(keyOf(SANDBOX_BOT_TOKEN), fields));
  expect(isSignedByTelegram(publicKey, sandbox.sandbox.bot.id, fields)).toBe(false);
});

test.each([
  [{ startParam: "a b" }, "/startParam"],
  [{ startParam: "" }, "/startParam"],
  [{ ageSeconds: -1 }, "/ageSeconds"],
  [{ userId: 7 }, "/userId"],
])("refuses %j", async (body, pointer) => {
  const sandbox = await open();
  const answer = await sandbox.control("POST", `/people/${await sandbox.person()}/init-data`, body);
  expect([answer.status, answer.body.errors]).toEqual([422, [{ pointer, message: expect.any(String) }]]);
});

test("is for people that there are, and for who holds the sandbox's token", async () => {
  const sandbox = await open();
  expect((await sandbox.control("POST", "/people/7/init-data", {})).status).toBe(404);
  expect((await sandbox.raw("/api/people/7/init-data", { method: "POST" })).status).toBe(401);
});
