import { afterAll, beforeEach, expect, test } from "bun:test";
import { createWebhookSecret } from "../../../notify/channel-keys.ts";
import { createWebhookCaller } from "../../../notify/outbound/webhook-caller.ts";
import { createSmsBridge, type Sms } from "./sms-bridge.ts";

const secretOf = createWebhookSecret("a-secret-of-notify-for-this-test-0123456789");
const [signingSecret, strange] = [secretOf("sms", 1), secretOf("other", 1)];
const sent: Sms[] = [];
let isGatewayDown = false;

const bridge = createSmsBridge({
  signingSecret,
  async send(sms) {
    if (isGatewayDown) throw new Error("the gateway is down");
    sent.push(sms);
  },
});
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: bridge });
afterAll(() => server.stop(true));
beforeEach(() => {
  sent.length = 0;
  isGatewayDown = false;
});

// The shop's own caller: it signs, posts, and reads the answer as the worker of the webhooks does.
const caller = createWebhookCaller({ policy: "any" });
const message = { type: "notification", phone: "+15550100002", text: "Your order K-1001 is on its way" };
const call = async (id: string, body: object, secret = signingSecret) =>
  (
    await caller.post({
      ...{ id, url: server.url.href, secrets: [secret], at: new Date() },
      body: JSON.stringify({ id, ...body }),
    })
  ).kind;

test("a message goes out once, however often and however much at once it comes", async () => {
  const calls = await Promise.all([1, 2, 3].map(() => call("m-1", message)));
  expect([...calls, await call("m-1", message)]).toEqual(["sent", "sent", "sent", "sent"]);
  expect(sent).toEqual([{ to: message.phone, text: message.text }]);
});

test("what the gateway has not taken is tried again", async () => {
  isGatewayDown = true;
  expect(await call("m-2", message)).toBe("retry");
  isGatewayDown = false;
  expect(await call("m-2", message)).toBe("sent");
  expect(sent).toHaveLength(1);
});

test("events, tests and people without a phone are taken, and nothing is sent", async () => {
  expect(await call("m-3", { type: "webhook.test", data: {} })).toBe("sent");
  expect(await call("m-4", { ...message, phone: null })).toBe("sent");
  expect(sent).toEqual([]);
});

test("nobody else's call is taken", async () => {
  expect(await call("m-5", message, strange)).not.toBe("sent");
  expect(sent).toEqual([]);
});
