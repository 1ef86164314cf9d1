import { expect, test } from "bun:test";
import { createStores } from "../store/stores.ts";
import { personOf, startAuth } from "../testing/auth-harness.ts";
import { stepsOf } from "../testing/sign-in.ts";
import { CHALLENGE_KEEP_MS, forgetEnded, SESSION_KEEP_MS } from "./forget-ended.ts";

test("challenges and sessions are kept for a while after their end, and then deleted", async () => {
  const harness = await startAuth();
  const { database, clock, config } = harness;
  try {
    const stores = createStores(database.db, {
      newId: () => crypto.randomUUID(),
      currentRequest: () => undefined,
      accessTtlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    });
    const forget = forgetEnded({ stores, clock });
    const { body } = await stepsOf(harness).signUp(personOf(9), "+4915112345678");
    expect(await forget()).toEqual({ challenges: 0, sessions: 0 });
    clock.advance(config.OTP_TTL_SECONDS * 1000 + CHALLENGE_KEEP_MS + 1);
    expect(await forget()).toEqual({ challenges: 1, sessions: 0 });
    const refreshed = await harness.call("POST", "/v1/auth/refresh", {
      body: { refreshToken: body.refreshToken },
    });
    expect(refreshed.status).toBe(200);
    clock.advance(config.REFRESH_TOKEN_TTL_SECONDS * 1000 + SESSION_KEEP_MS);
    expect(await forget()).toEqual({ challenges: 0, sessions: 1 });
    const left = await database.db.execute("select * from refresh_token");
    expect(left.rows).toEqual([]);
  } finally {
    await harness.close();
  }
});
