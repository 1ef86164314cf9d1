import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebhookSecret } from "../channel-keys.ts";
import { signatureHeaders } from "./signature.ts";

const PAGE = new URL("../../docs/webhooks.md", import.meta.url);
const MINUTE_MS = 60_000;

type Check = (secret: string, headers: Headers, body: string, nowMs?: number) => boolean;

/** The check that the page tells receivers to make, as it stands there. */
const documentedCheck = async (): Promise<Check> => {
  const [, code = ""] = /```ts\n([\s\S]*?)```/.exec(await Bun.file(PAGE).text()) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "kiosk-webhook-check-"));
  try {
    const file = join(folder, "check.ts");
    await Bun.write(file, code);
    const { isFromTheShop } = (await import(file)) as { isFromTheShop: Check };
    return isFromTheShop;
  } finally {
    await rm(folder, { recursive: true });
  }
};

test("parity 26: the check of docs/webhooks.md takes our calls and nothing else", async () => {
  const check = await documentedCheck();
  const secretOf = createWebhookSecret("a-secret-of-notify-for-tests-0123456789");
  const [old, present, strange] = [secretOf("w-1", 1), secretOf("w-1", 2), secretOf("w-2", 2)];
  const [id, body, nowMs] = [
    "019a5b7e",
    '{"type":"order.confirmed","name":"Tasse für Zoë"}',
    1_767_268_800_000,
  ];
  const timestamp = nowMs / 1_000;
  const headers = new Headers(signatureHeaders({ id, timestamp, body }, [present, old]));
  expect([check(present, headers, body, nowMs), check(old, headers, body, nowMs)]).toEqual([true, true]);
  expect(check(strange, headers, body, nowMs)).toBe(false);
  expect(check(present, headers, `${body} `, nowMs)).toBe(false);
  expect(check(present, headers, body, nowMs + 4 * MINUTE_MS)).toBe(true);
  expect(check(present, headers, body, nowMs + 6 * MINUTE_MS)).toBe(false);
  expect(check(present, headers, body, nowMs - 6 * MINUTE_MS)).toBe(false);
  for (const [name, value] of [
    ["webhook-id", "other"],
    ["webhook-timestamp", String(timestamp + 1)],
    ["webhook-signature", "v1,AAAA"],
    ["webhook-signature", ""],
  ] as const) {
    const forged = new Headers(headers);
    forged.set(name, value);
    expect([name, check(present, forged, body, nowMs)]).toEqual([name, false]);
  }
});

test("a signature is that of the specification's own example", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const call = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  expect(signatureHeaders(call, [secret])["webhook-signature"]).toBe(
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  );
});
