import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMemoryTtlStore } from "../shared/drivers/memory-ttl-store.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

const HOUR_MS = 3_600_000;

/** How long each value is kept, by its key, and which keys have been read. */
const lives = new Map<string, number>();
const reads: string[] = [];
const remembering = () => {
  const store = createMemoryTtlStore();
  return {
    ...store,
    get: (key: string) => {
      reads.push(key);
      return store.get(key);
    },
    set: (key: string, value: string, ttlMs: number) => {
      lives.set(key, ttlMs);
      return store.set(key, value, ttlMs);
    },
  };
};
const kept = remembering();

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({ ttlStore: kept });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 3_000;
const somebody = async () => {
  people += 1;
  const [account, phone] = [personOf(people), `+4915200${people}`];
  return { account, phone, ...(await steps.signUp(account, phone)).body };
};
const deny = async (challengeId: string, telegramUserId: number) =>
  (await harness.internal("POST", `/internal/challenges/${challengeId}/deny`, { telegramUserId })).body;
const me = (token: string) => harness.call("GET", "/v1/users/me", { token });

describe("auth-14: “Not me”", () => {
  test("ends the session too that somebody got by the code already", async () => {
    const owner = await somebody();
    const asked = await steps.request({ phone: owner.phone });
    const thief = await steps.verify(asked, await steps.codeFor(asked));
    expect(await deny(asked.body.challengeId, owner.account.id)).toEqual({ outcome: "denied" });
    expect((await me(thief.body.accessToken)).status).toBe(401);
    expect((await me(owner.accessToken)).status).toBe(200);
  });

  test("makes the device of that session none of the owner's, though it has ended meanwhile", async () => {
    const owner = await somebody();
    const asked = await steps.request({ phone: owner.phone });
    const thief = await steps.verify(asked, await steps.codeFor(asked));
    const disowned = async () => {
      const { rows } = await harness.database.db.execute<{ n: number }>(
        `select count(*)::int as n from session where user_id = '${owner.user.id}' and disowned_at is not null`,
      );
      return rows[0]?.n;
    };
    await harness.call("POST", "/v1/auth/logout", { token: thief.body.accessToken });
    expect(await disowned()).toBe(0);
    await deny(asked.body.challengeId, owner.account.id);
    expect(await disowned()).toBe(1);
  });

  test("burns the challenge, is said by nobody else, and is a security event", async () => {
    const { account, phone } = await somebody();
    const other = await somebody();
    const asked = await steps.request({ phone });
    const code = await steps.codeFor(asked);
    const { challengeId } = asked.body;
    expect(await deny(challengeId, other.account.id)).toEqual({ outcome: "unknown" });
    expect(await deny(challengeId, account.id)).toEqual({ outcome: "denied" });
    expect((await steps.verify(asked, code)).body.code).toBe("OTP_INVALID");
    const { rows } = await harness.database.db.execute(
      `select kind, telegram_user_id::int as account from audit_event
       where challenge_id = '${challengeId}' and kind = 'challenge-denied'`,
    );
    expect(rows).toEqual([{ kind: "challenge-denied", account: account.id }]);
  });

  test("keeps codes from the chat for an hour, however they are asked for, and lets them come again after it", async () => {
    const { account, phone } = await somebody();
    const first = await steps.request({ phone });
    await steps.codeFor(first);
    const before = await steps.request({ phone });
    await steps.codeFor(before);
    await deny(first.body.challengeId, account.id);
    const mutedKey = [...lives.keys()].find((key) => key.endsWith(`:${account.id}`)) ?? "";
    expect(lives.get(mutedKey)).toBe(HOUR_MS);

    const readBefore = reads.length;
    const byPhone = await steps.request({ phone });
    const byLink = await steps.request({ link: true });
    expect((await steps.open(byLink, account)).body).toEqual({ outcome: "try-later" });
    expect((await steps.open(byPhone, account)).body).toEqual({ outcome: "try-later" });
    harness.clock.advance(60_000);
    const { challengeId, challengeSecret } = before.body;
    const again = await harness.call("POST", "/v1/auth/otp/resend", {
      body: { challengeId, challengeSecret },
    });
    expect(again.status).toBe(202);
    // Two of the four go on after their answers.
    const asked = () => reads.slice(readBefore).filter((key) => key === mutedKey).length;
    await waitFor(() => asked() === 4, { what: "everything that was asked for" });
    await kept.delete(mutedKey);
    expect((await steps.open(byLink, account)).body).toEqual({ outcome: "code-sent" });
    expect([byPhone, before].map((challenge) => steps.codesFor(challenge).length)).toEqual([0, 1]);
  });
});
