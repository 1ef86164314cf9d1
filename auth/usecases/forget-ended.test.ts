import { expect, test } from "bun:test";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { createStores } from "../store/stores.ts";
import { personOf, startAuth } from "../testing/auth-harness.ts";
import { stepsOf } from "../testing/sign-in.ts";
import { CHALLENGE_KEEP_MS, forgetEnded, SESSION_KEEP_MS } from "./forget-ended.ts";

const DAY_MS = 86_400_000;
const AUDIT_ADDRESS_DAYS = 5;
const PHONE = "+4915112345678";
const FROM = { "user-agent": "Mozilla/5.0 Firefox/140.0", "x-client-ip": "203.0.113.7" };

const open = closedAfterEach(startAuth);
const start = async () => {
  const harness = await open();
  const { database, clock, config } = harness;
  const stores = createStores(database.db, {
    newId: () => crypto.randomUUID(),
    currentRequest: () => undefined,
    accessTtlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
  });
  const forget = forgetEnded({ stores, clock, auditAddressDays: AUDIT_ADDRESS_DAYS });
  return { harness, clock, config, forget, steps: stepsOf(harness) };
};

test("challenges and sessions are kept for a while after their end, and then deleted", async () => {
  const { harness, clock, config, forget, steps } = await start();
  const { body } = await steps.signUp(personOf(9), PHONE);
  expect(await forget()).toMatchObject({ challenges: 0, sessions: 0 });
  clock.advance(config.OTP_TTL_SECONDS * 1000 + CHALLENGE_KEEP_MS + 1);
  expect(await forget()).toMatchObject({ challenges: 1, sessions: 0 });
  const refreshed = await harness.call("POST", "/v1/auth/refresh", {
    body: { refreshToken: body.refreshToken },
  });
  expect(refreshed.status).toBe(200);
  clock.advance(config.REFRESH_TOKEN_TTL_SECONDS * 1000 + SESSION_KEEP_MS);
  expect(await forget()).toMatchObject({ challenges: 0, sessions: 1 });
  const left = await harness.database.db.execute("select * from refresh_token");
  expect(left.rows).toEqual([]);
});

test("security events stay, and lose address and device after the days that are configured", async () => {
  const { harness, clock, forget, steps } = await start();
  await steps.signUp(personOf(9), PHONE);
  const signIn = async () => {
    const asked = await steps.request({ phone: PHONE });
    return steps.verify(asked, await steps.codeFor(asked), FROM);
  };
  const events = async () => {
    const { rows } = await harness.database.db.execute<{ kind: string; place: string | null }>(
      "select kind, ip || ' ' || user_agent as place from audit_event order by id",
    );
    return rows;
  };
  await signIn();
  clock.advance(DAY_MS);
  await signIn();
  const before = await events();
  const place = `${FROM["x-client-ip"]} ${FROM["user-agent"]}`;
  expect(before.filter((event) => event.place === place)).toHaveLength(2);
  clock.advance((AUDIT_ADDRESS_DAYS - 1) * DAY_MS);
  expect(await forget()).toMatchObject({ places: 0 });
  clock.advance(1);
  // The sign-up and the first sign-in are older than that by a moment; the second sign-in is not.
  expect(await forget()).toMatchObject({ places: 2 });
  const after = await events();
  expect(after.map(({ kind }) => kind)).toEqual(before.map(({ kind }) => kind));
  expect(after.filter((event) => event.place !== null)).toEqual([{ kind: "signed-in", place }]);
  expect(await forget()).toMatchObject({ places: 0 });
});
