import { afterEach, expect, test } from "bun:test";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readBootConfig } from "./config.ts";
import { createSandboxPart, telegramConnection } from "./telegram.ts";

const SANDBOX_TOKEN = "s".repeat(32);
const HERE = "http://127.0.0.1:3000";
/** A proxy on this machine that asks as it is told by default: by the gateway's own address, from this machine. */
const BY_PROXY = new Request(`${HERE}/sandbox/page/bootstrap.json`);

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
});

const open = (variables: Readonly<Record<string, string>>) => {
  const environment = { TELEGRAM_SANDBOX: "allow", ...variables };
  const config = readBootConfig({ INTERNAL_TOKEN: "i".repeat(32), SANDBOX_TOKEN, ...environment });
  const part = createSandboxPart(environment, config, ["gateway"], HERE);
  if (part === null) throw new Error("There is no sandbox.");
  sandboxes.push(part.sandbox);
  return { part, connection: telegramConnection(environment, config, part, HERE)(undefined, "") };
};

const tokenTold = async (variables: Readonly<Record<string, string>>): Promise<unknown> => {
  const answer = await open(variables).part.answer(BY_PROXY.clone(), "127.0.0.1");
  return ((await answer.json()) as { token: unknown }).token;
};

test("where the shop is told to people by another address, the sandbox's token goes to nobody by itself", async () => {
  expect(await tokenTold({})).toBe(SANDBOX_TOKEN);
  expect(await tokenTold({ GATEWAY_URL: "http://localhost:8080" })).toBe(SANDBOX_TOKEN);
  for (const NODE_ENV of ["production", "development"])
    expect(await tokenTold({ GATEWAY_URL: "https://shop.example", NODE_ENV })).toBeNull();
});

test("the links to its bot are for those people too", () => {
  expect(open({}).connection.deepLinkBase).toBe(`${HERE}/sandbox?start=`);
  const { deepLinkBase, apiRoot } = open({ GATEWAY_URL: "https://shop.example/" }).connection;
  expect(deepLinkBase).toBe("https://shop.example/sandbox?start=");
  // The bot itself goes the short way.
  expect(apiRoot).toBe(`${HERE}/sandbox`);
});

test("customers are led into the sandbox where its people are the shop's, and not beside a real bot", async () => {
  // Where the storefront looks before it says that it is a demo.
  const request = () =>
    new Request(`${HERE}/sandbox/oidc/.well-known/openid-configuration`, { method: "HEAD" });
  const standing = async (variables: Readonly<Record<string, string>>) =>
    (await open(variables).part.answer(request(), "127.0.0.1")).ok;
  expect(await standing({})).toBe(true);
  expect(await standing({ TELEGRAM_BOT_TOKEN: "123456789:AAexample_of_a_token_that_opens_nothing" })).toBe(
    false,
  );
});
