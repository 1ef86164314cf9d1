import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ConfigError, readConfig } from "../shared/runtime/config.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { authConfigSchema } from "./config.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { signWidget } from "./testing/telegram-signer.ts";

const WIDGET_KEY = Buffer.alloc(32, 9);
/** Of Mini Apps, which must not do for widgets. */
const WEBAPP_KEY = Buffer.alloc(32, 7);

let harness: AuthHarness;
beforeAll(async () => {
  const keys = {
    TELEGRAM_WEBAPP_KEY: WEBAPP_KEY.toString("hex"),
    TELEGRAM_WIDGET_KEY: WIDGET_KEY.toString("hex"),
  };
  harness = await startAuth({ environment: { AUTH_TELEGRAM_WIDGET: "on", ...keys } });
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

const open = closedAfterEach(startAuth);

/** Tests share the service, not the people. */
let people = 6_000;
const somebody = () => {
  people += 1;
  return personOf(people);
};
const secondsAgo = (ageSeconds: number): number =>
  Math.floor(harness.clock.now().getTime() / 1_000) - ageSeconds;

describe("auth-19: the legacy login widget", () => {
  const widgetOf = ({ id }: { id: number }, ageSeconds = 0, key = WIDGET_KEY) =>
    signWidget({ id, first_name: "Ada", auth_date: secondsAgo(ageSeconds) }, key);
  const hand = (fields: object, at = harness) =>
    at.call("POST", "/v1/auth/telegram/widget", { body: fields });

  test("signs in, once", async () => {
    const person = somebody();
    const fields = widgetOf(person);
    const signedIn = await hand(fields);
    expect(signedIn.status).toBe(200);
    expect(signedIn.body.user).toMatchObject({ telegramUserId: person.id, phone: null, name: "Ada" });
    expect((await hand(fields)).status).toBe(401);
    expect((await hand(widgetOf(person, 1))).status).toBe(200);
  });

  test("is good for 300 seconds, and only as Telegram signed it for a widget", async () => {
    expect((await hand(widgetOf(somebody(), 300))).status).toBe(200);
    const fields = widgetOf(somebody());
    const wrong = [
      widgetOf(somebody(), 301),
      widgetOf(somebody(), -61),
      { ...fields, id: fields.id + 1 },
      { ...fields, hash: "" },
      widgetOf(somebody(), 0, WEBAPP_KEY),
    ];
    for (const given of wrong) expect((await hand(given)).body.code).toBe("UNAUTHENTICATED");
  });

  test("is 404 while it is off, whatever is sent; so is the Mini App where no bot is known", async () => {
    const off = await open();
    for (const body of [widgetOf(somebody()), {}, { id: "x" }])
      expect((await hand(body, off)).status).toBe(404);
    for (const body of [{ initData: "x" }, {}])
      expect((await off.call("POST", "/v1/auth/telegram/miniapp", { body })).status).toBe(404);
  });

  test("needs its key, which is named", () => {
    const read = (environment: Record<string, string>) =>
      readConfig(authConfigSchema, { OTP_PEPPER: "p".repeat(32), ...environment });
    expect(() => read({ AUTH_TELEGRAM_WIDGET: "on" })).toThrow(ConfigError);
    expect(() => read({ AUTH_TELEGRAM_WIDGET: "on" })).toThrow(/^TELEGRAM_WIDGET_KEY: /);
    expect(() => read({ TELEGRAM_WEBAPP_KEY: "secret-garbage" })).toThrow(/^TELEGRAM_WEBAPP_KEY: 64 hex/);
    expect(read({ TELEGRAM_WIDGET_KEY: "a".repeat(64) }).AUTH_TELEGRAM_WIDGET).toBe(false);
  });
});
