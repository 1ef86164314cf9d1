import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { eventEnvelopeSchema } from "../shared/contracts/envelope.ts";
import { type EventData, readEvent } from "../shared/contracts/events.ts";
import { DEVICE_MEMORY_MS } from "./domain/device.ts";
import { createSessionStore } from "./store/session-store.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";
import { SESSION_KEEP_MS } from "./usecases/forget-ended.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const SAFARI =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1";
const DAY_MS = 86_400_000;

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth();
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

const from = (userAgent: string, ip: string) => ({ "user-agent": userAgent, "x-client-ip": ip });
const HOME = from(FIREFOX, "203.0.113.7");

let people = 9_300;
/** Somebody whose first session was on the device of the headers. */
const newcomer = async (headers: Record<string, string> = HOME) => {
  people += 1;
  const [account, phone] = [personOf(people), `+4915600${people}`];
  const asked = await steps.request({ phone });
  await steps.open(asked, account);
  await steps.shareContact(account, phone);
  const first = await steps.verify(asked, await steps.codeInChat(asked, account), headers);
  const userId: string = first.body.user.id;
  const ask = async (there: Record<string, string>) => {
    const again = await steps.request({ phone });
    const code = await steps.codeFor(again);
    return () => steps.verify(again, code, there);
  };
  return {
    ...{ account, userId, first, ask },
    signIn: async (there: Record<string, string>) => (await ask(there)).call(undefined),
    told: () => newDevicesOf(userId),
  };
};

const newDevicesOf = async (userId: string): Promise<EventData<"session.new-device">[]> => {
  const { rows } = await harness.database.db.execute<{ event: unknown }>(
    `select event from outbox where event ->> 'type' = 'session.new-device' and event #>> '{data,userId}' = '${userId}'
     order by position`,
  );
  return rows.flatMap(({ event }) => {
    const known = readEvent(eventEnvelopeSchema.parse(event));
    return known?.type === "session.new-device" ? [known.data] : [];
  });
};
const sidOf = (token: string) => String(decodeJwt(token).sid);

describe("auth-24: the owner is told of a sign-in", () => {
  test("on a device that the account was not used on, with what it is and where; not of the first ever, nor of a known device", async () => {
    const { signIn, told, userId } = await newcomer();
    expect(await told()).toEqual([]);
    await signIn(from(FIREFOX.replaceAll("140", "141"), "203.0.240.1"));
    expect(await told()).toEqual([]);
    const pocket = await signIn(from(SAFARI, "203.0.113.7"));
    const elsewhere = await signIn(from(FIREFOX, "198.51.100.66"));
    await signIn(from(FIREFOX, "198.51.100.67"));
    expect(await told()).toEqual([
      {
        ...{ sid: sidOf(pocket.body.accessToken), userId, timezone: "UTC" },
        ...{ device: "Safari on iOS", place: "203.0.113.7" },
      },
      {
        ...{ sid: sidOf(elsewhere.body.accessToken), userId, timezone: "UTC" },
        ...{ device: "Firefox on Linux", place: "198.51.100.66" },
      },
    ]);
  });

  test("once, of any number on one new device at once", async () => {
    const { ask, told } = await newcomer();
    const verifies = [];
    for (let n = 0; n < 5; n += 1) verifies.push(await ask(from(SAFARI, "198.51.100.66")));
    const answers = await Promise.all(verifies.map((verify) => verify()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await told()).toHaveLength(1);
  });

  test("from where a stolen token was used", async () => {
    const { first, signIn, told } = await newcomer();
    const there = from(FIREFOX, "198.51.100.66");
    const refresh = (refreshToken: string, headers: Record<string, string>) =>
      harness.call("POST", "/v1/auth/refresh", { body: { refreshToken }, headers });
    const { refreshToken: stolen } = first.body;
    const next = await refresh(stolen, there);
    await refresh(next.body.refreshToken, there);
    harness.clock.advance(60_000);
    expect((await refresh(stolen, HOME)).status).toBe(401);
    await signIn(there);
    expect(await told()).toMatchObject([{ place: "198.51.100.66" }]);
  });

  test("on a device that was not used for ninety days, also when nothing is left of the sessions before", async () => {
    const { first, signIn, told } = await newcomer();
    const { clock, database, config } = harness;
    clock.advance(5 * DAY_MS);
    const { refreshToken } = first.body;
    const pair = await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken }, headers: HOME });
    expect(pair.status).toBe(200);
    // Used by the refresh, which counts as well as a sign-in does.
    clock.advance(DEVICE_MEMORY_MS - 1_000);
    await signIn(HOME);
    expect(await told()).toEqual([]);
    clock.advance(config.REFRESH_TOKEN_TTL_SECONDS * 1_000 + DEVICE_MEMORY_MS + 1_000);
    await createSessionStore(database.db).deleteEnded(
      new Date(clock.now().getTime() - SESSION_KEEP_MS),
      1_000,
    );
    const { rows } = await database.db.execute(
      `select 1 from session where user_id = '${first.body.user.id}'`,
    );
    expect(rows).toEqual([]);
    await signIn(HOME);
    expect(await told()).toHaveLength(1);
  });
});

describe("auth-24: “Not me” below the notice", () => {
  const deny = (sid: string, telegramUserId: number) =>
    harness.internal("POST", `/internal/sessions/${sid}/deny`, { telegramUserId });
  const me = (token: string) => harness.call("GET", "/v1/users/me", { token });

  test("ends that session and no other, and is written down", async () => {
    const { account, first, signIn, userId } = await newcomer();
    const thief = (await signIn(from(SAFARI, "198.51.100.66"))).body;
    const sid = sidOf(thief.accessToken);
    expect((await deny(sid, account.id)).body).toEqual({ outcome: "denied" });
    expect((await me(thief.accessToken)).status).toBe(401);
    const { refreshToken } = thief;
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(401);
    expect((await me(first.body.accessToken)).status).toBe(200);
    const { rows } = await harness.database.db.execute(
      `select kind, user_id, telegram_user_id::int from audit_event where session_id = '${sid}' order by id`,
    );
    expect(rows).toEqual([
      { kind: "signed-in", user_id: userId, telegram_user_id: account.id },
      { kind: "session-revoked", user_id: userId, telegram_user_id: null },
      { kind: "session-denied", user_id: userId, telegram_user_id: account.id },
    ]);
  });

  test("has the device told of again when it comes back, also where whoever had it signed out before the tap", async () => {
    const { account, signIn, told } = await newcomer();
    const there = from(SAFARI, "198.51.100.66");
    const outcomes: string[] = [];
    for (const isOver of [false, true]) {
      const { accessToken: token } = (await signIn(there)).body;
      if (isOver) await harness.call("POST", "/v1/auth/logout", { token });
      for (let tap = 0; tap < 2; tap += 1) {
        const { outcome } = (await deny(sidOf(token), account.id)).body;
        outcomes.push(outcome);
      }
    }
    await signIn(there);
    expect(outcomes).toEqual(["denied", "unknown", "unknown", "unknown"]);
    expect(await told()).toHaveLength(3);
    // Which one the owner did not disown is known from then on.
    await signIn(there);
    expect(await told()).toHaveLength(3);
    const { rows } = await harness.database.db.execute(
      `select 1 from audit_event where telegram_user_id = ${account.id} and kind = 'session-denied'`,
    );
    expect(rows).toHaveLength(2);
  });

  test("is for the owner alone, and once: of any number of taps at once one ends it", async () => {
    const { account, first } = await newcomer();
    const sid = sidOf(first.body.accessToken);
    expect((await deny(sid, account.id + 1_000)).body).toEqual({ outcome: "unknown" });
    expect((await deny(crypto.randomUUID(), account.id)).body).toEqual({ outcome: "unknown" });
    expect((await me(first.body.accessToken)).status).toBe(200);
    const taps = await Promise.all(Array.from({ length: 5 }, () => deny(sid, account.id)));
    expect(taps.map(({ body }) => body.outcome).toSorted()).toEqual([
      ...["denied", "unknown", "unknown", "unknown", "unknown"],
    ]);
    const { rows } = await harness.database.db.execute(
      `select 1 from audit_event where session_id = '${sid}' and kind = 'session-denied'`,
    );
    expect(rows).toHaveLength(1);
  });

  test("leaves codes alone: the owner can sign in at once", async () => {
    const { account, first, signIn } = await newcomer();
    await deny(sidOf(first.body.accessToken), account.id);
    expect((await signIn(HOME)).status).toBe(200);
  });

  test("is for notify to pass on", async () => {
    const path = `/internal/sessions/${crypto.randomUUID()}/deny`;
    expect((await harness.call("POST", path, { body: { telegramUserId: 1 } })).status).toBe(401);
    expect((await harness.internal("POST", path, { telegramUserId: 0 })).status).toBe(422);
  });
});
