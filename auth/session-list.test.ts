import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { eventEnvelopeSchema } from "../shared/contracts/envelope.ts";
import { readEvent } from "../shared/contracts/events.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1";
const PHONE = "+4915155520001";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth();
  steps = stepsOf(harness);
  await steps.signUp(personOf(9_100), PHONE);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

const from = (userAgent: string, ip: string) => ({ "user-agent": userAgent, "x-client-ip": ip });
const signIn = async (headers: Record<string, string>) => {
  const asked = await steps.request({ phone: PHONE });
  const { body } = await steps.verify(asked, await steps.codeFor(asked), headers);
  return body as { accessToken: string; refreshToken: string; user: { id: string } };
};
const refresh = (refreshToken: string, headers: Record<string, string> = {}) =>
  harness.call("POST", "/v1/auth/refresh", { body: { refreshToken }, headers });
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });
const sidOf = (token: string) => String(decodeJwt(token).sid);

describe("the list of sessions", () => {
  test("shows device, place, times and which is the current one, the last used first", async () => {
    const desk = await signIn(from(FIREFOX, "203.0.113.7"));
    harness.clock.advance(60_000);
    const pocket = await signIn(from(SAFARI, "192.168.1.20"));
    harness.clock.advance(60_000);
    const { body: pair } = await refresh(desk.refreshToken, from(FIREFOX, "2001:db8::7"));
    const { body } = await harness.call("GET", "/v1/users/me/sessions", { token: pair.accessToken });
    const nowMs = harness.clock.now().getTime();
    const at = (agoMs: number) => new Date(nowMs - agoMs).toISOString();
    expect(body.items.slice(0, 2)).toEqual([
      expect.objectContaining({
        ...{ id: sidOf(desk.accessToken), current: true, device: "Firefox on Linux", place: "2001:db8::7" },
        ...{ createdAt: at(120_000), lastUsedAt: at(0) },
      }),
      expect.objectContaining({
        ...{ id: sidOf(pocket.accessToken), current: false, device: "Safari on iOS", place: "local network" },
        ...{ createdAt: at(60_000), lastUsedAt: at(60_000) },
      }),
    ]);
  });

  test("says that the place is not known rather than guessing it, and keeps the last that was", async () => {
    const { refreshToken } = await signIn(from(FIREFOX, "203.0.113.9"));
    const { body: pair } = await refresh(refreshToken);
    const unknown = await signIn({});
    const { body } = await harness.call("GET", "/v1/users/me/sessions", { token: unknown.accessToken });
    const placeOf = (token: string) =>
      body.items.find(({ id }: { id: string }) => id === sidOf(token))?.place;
    expect(placeOf(pair.accessToken)).toBe("203.0.113.9");
    expect(placeOf(unknown.accessToken)).toBe(null);
  });

  test("ends all others at a word, and leaves the one that says it", async () => {
    const [here, there] = [await signIn({}), await signIn({})];
    const endOthers = () => harness.call("DELETE", "/v1/users/me/sessions", { token: here.accessToken });
    const ended = await endOthers();
    expect(ended.status).toBe(200);
    expect(ended.body.ended).toBeGreaterThan(0);
    expect((await me(there.accessToken)).status).toBe(401);
    expect((await refresh(there.refreshToken)).status).toBe(401);
    expect((await me(here.accessToken)).status).toBe(200);
    const { body } = await harness.call("GET", "/v1/users/me/sessions", { token: here.accessToken });
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([sidOf(here.accessToken)]);
    expect((await endOthers()).body).toEqual({ ended: 0 });
    expect((await harness.call("DELETE", "/v1/users/me/sessions")).status).toBe(401);
  });
});

test("a stolen refresh token that is shown again: the session is dead, that is on record, and the news names the device", async () => {
  const { accessToken, refreshToken, user } = await signIn(from(SAFARI, "203.0.113.7"));
  const { body: pair } = await refresh(refreshToken);
  harness.clock.advance(10_001);
  expect((await refresh(refreshToken, from("curl/8", "198.51.100.66"))).status).toBe(401);
  expect((await refresh(pair.refreshToken)).status).toBe(401);
  expect((await me(pair.accessToken)).status).toBe(401);
  const sid = sidOf(accessToken);
  const { rows } = await harness.database.db.execute<{ event: unknown }>(
    `select event from outbox where aggregate = '${sid}' and event ->> 'type' = 'session.revoked'`,
  );
  expect(rows.map(({ event }) => readEvent(eventEnvelopeSchema.parse(event)))).toMatchObject([
    { type: "session.revoked", data: { sid, userId: user.id, reason: "reuse", device: "Safari on iOS" } },
  ]);
  const audit = await harness.database.db.execute(
    `select ip, user_agent from audit_event where session_id = '${sid}' and kind = 'token-reused'`,
  );
  expect(audit.rows).toEqual([{ ip: "198.51.100.66", user_agent: "curl/8" }]);
});
