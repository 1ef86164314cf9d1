import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { decodeJwt } from "jose";
import { eventEnvelopeSchema } from "../shared/contracts/envelope.ts";
import { readEvent } from "../shared/contracts/events.ts";
import { revokedSessionsSchema } from "../shared/contracts/internal-api.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { endOfSession, SESSIONS_MAX } from "./domain/session.ts";
import { type AuthHarnessOptions, personOf, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

// Some sign in dozens of times.
setDefaultTimeout(20_000);

const DAY_MS = 86_400_000;
const PHONE = "+4915112345678";

const open = closedAfterEach(startAuth);
const start = async (options: AuthHarnessOptions = {}) => {
  const harness = await open(options);
  const steps = stepsOf(harness);
  const { body } = await steps.signUp(personOf(77), PHONE);
  const refresh = (refreshToken: string) =>
    harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } });
  const me = (token: string) => harness.call("GET", "/v1/users/me", { token });
  const listed = async (token: string): Promise<string[]> => {
    const { body: list } = await harness.call("GET", "/v1/users/me/sessions", { token });
    return list.items.map(({ id }: { id: string }) => id);
  };
  const first = body as { accessToken: string; refreshToken: string; user: { id: string } };
  return { harness, steps, first, refresh, me, listed };
};
const sidOf = (token: string) => String(decodeJwt(token).sid);

describe("the end of a session", () => {
  const life = { longestSeconds: 30 * 86_400, idleSeconds: 14 * 86_400 };
  const createdAt = new Date("2026-01-01T00:00:00Z");
  const after = (days: number) => new Date(createdAt.getTime() + days * DAY_MS);

  test("is so long after its last use, and never later than so long after its beginning", () => {
    const ends = [0, 10, 16, 17, 29].map((day) => endOfSession({ createdAt, usedAt: after(day) }, life));
    expect(ends).toEqual([14, 24, 30, 30, 30].map(after));
  });
});

describe("a session that nobody uses", () => {
  test("ends after the days that are configured: its token is refused, and it is listed no more", async () => {
    const { harness, steps, first, refresh, listed } = await start({
      environment: { SESSION_IDLE_DAYS: "2" },
    });
    harness.clock.advance(2 * DAY_MS - 1_000);
    const used = await refresh(first.refreshToken);
    expect(used.status).toBe(200);
    expect(decodeJwt(used.body.refreshToken).exp).toBe(harness.clock.now().getTime() / 1000 + 2 * 86_400);
    harness.clock.advance(2 * DAY_MS - 1_000);
    const again = await refresh(used.body.refreshToken);
    expect(again.status).toBe(200);
    harness.clock.advance(2 * DAY_MS);
    expect((await refresh(again.body.refreshToken)).status).toBe(401);
    const { accessToken } = (await steps.signIn(PHONE)).body;
    expect(await listed(accessToken)).toEqual([sidOf(accessToken)]);
  });
});

describe("an account with as many sessions as it may have", () => {
  test("loses the one that was used longest ago when another begins, and everybody hears of it", async () => {
    const { harness, steps, first, refresh, me, listed } = await start();
    const others: string[] = [];
    while (others.length < SESSIONS_MAX - 1) {
      harness.clock.advance(1_000);
      others.push((await steps.signIn(PHONE)).body.accessToken);
    }
    harness.clock.advance(1_000);
    const kept = (await refresh(first.refreshToken)).body.accessToken;
    const [oldest = "", ...younger] = others;
    expect(await listed(kept)).toHaveLength(SESSIONS_MAX);

    const newest = (await steps.signIn(PHONE)).body.accessToken;
    expect((await listed(newest)).toSorted()).toEqual([newest, kept, ...younger].map(sidOf).toSorted());
    expect((await me(kept)).status).toBe(200);
    const sid = sidOf(oldest);
    const revoked = await harness.internal("GET", "/internal/sessions/revoked");
    expect(revokedSessionsSchema.parse(revoked.body).items.map((item) => item.sid)).toEqual([sid]);
    const { rows } = await harness.database.db.execute<{ event: unknown }>(
      `select event from outbox where aggregate = '${sid}' and event->>'type' = 'session.revoked'`,
    );
    expect(rows.map(({ event }) => readEvent(eventEnvelopeSchema.parse(event)))).toMatchObject([
      { data: { sid, userId: first.user.id, reason: "logout" } },
    ]);
    const audit = await harness.database.db.execute(
      `select detail from audit_event where session_id = '${sid}' and kind = 'session-revoked'`,
    );
    expect(audit.rows).toEqual([{ detail: "one session too many" }]);
  });

  test("has exactly so many after many sign-ins at once", async () => {
    const { harness, steps, first } = await start();
    for (let n = 2; n < SESSIONS_MAX; n += 1) await steps.signIn(PHONE);
    const challenges = await Promise.all(Array.from({ length: 10 }, () => steps.request({ phone: PHONE })));
    const codes = await Promise.all(challenges.map((asked) => steps.codeFor(asked)));
    const answers = await Promise.all(challenges.map((asked, n) => steps.verify(asked, codes[n] ?? "")));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const { rows } = await harness.database.db.execute(
      `select count(*)::int as living from session where user_id = '${first.user.id}' and revoked_at is null`,
    );
    expect(rows).toEqual([{ living: SESSIONS_MAX }]);
  });
});
