import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { personOf, startAuth } from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";

const PHONE = "+4915112345678";
const ADMIN_PHONE = "+4915155500000";
const ada = personOf(77);
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const openOne = closedAfterEach(startAuth);

const open = async () => {
  const harness = await openOne({ environment: { ADMIN_PHONES: ADMIN_PHONE } });
  const closings = async (challengeId: string) => {
    const { rows } = await harness.database.db.execute<{ data: unknown }>(sql`
      select event -> 'data' as data from outbox
      where aggregate = ${challengeId} and event ->> 'type' = 'code.closed'`);
    return rows.map(({ data }) => data);
  };
  return { ...harness, closings, steps: stepsOf(harness) };
};

describe("notify-24: that a code is of no use any more is told", () => {
  test("with where it was used, by the transaction that took it: once of many right codes at once", async () => {
    const { steps, closings, verifier } = await open();
    await steps.signUp(ada, PHONE);
    const asked = await steps.request({ phone: PHONE });
    const code = await steps.codeFor(asked);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => steps.verify(asked, code, { "user-agent": FIREFOX })),
    );
    const signedIn = tries.find(({ status }) => status === 200)?.body;
    const { sessionId: sid } = await verifier.verify(signedIn.accessToken);
    const use = { sid, purpose: "login", device: "Firefox on Linux", timezone: signedIn.user.timezone };
    const told = await closings(asked.body.challengeId);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ userId: signedIn.user.id, use });
    expect(JSON.stringify(told)).not.toContain(code);
  });

  test("also of one that confirmed a risky call, in its session", async () => {
    const { steps, closings, verifier } = await open();
    const { accessToken } = (await steps.signUp(ada, ADMIN_PHONE)).body;
    const asked = await steps.requestStepUp(accessToken, "users.erase");
    await steps.verify(asked, await steps.codeFor(asked), steps.bearer(accessToken));
    const { sessionId: sid } = await verifier.verify(accessToken);
    expect(await closings(asked.body.challengeId)).toMatchObject([
      { use: { sid, purpose: "step-up:users.erase" } },
    ]);
  });

  test("also of one in whose place five wrong ones were typed, and not sooner; of a challenge without an account there is nothing to tell", async () => {
    const { steps, closings, auth } = await open();
    await steps.signUp(ada, PHONE);
    const asked = await steps.request({ phone: PHONE });
    const wrong = otherThan(await steps.codeFor(asked));
    for (let n = 0; n < 4; n += 1) await steps.verify(asked, wrong);
    expect(await closings(asked.body.challengeId)).toEqual([]);
    await steps.verify(asked, wrong);
    const told = await waitFor(async () => {
      const found = await closings(asked.body.challengeId);
      return found.length > 0 && found;
    });
    expect(told).toMatchObject([{ challengeId: asked.body.challengeId, use: null }]);
    const nobody = await steps.request({ phone: "+4915199999999" });
    for (let n = 0; n < 6; n += 1) await steps.verify(nobody, wrong);
    // Whatever goes on after the answers has ended by then.
    await auth.stop();
    expect(await closings(nobody.body.challengeId)).toEqual([]);
  });
});

test("notify-16: a code that was dropped leaves the next one and the link as they were", async () => {
  const { steps, notify } = await open();
  await steps.signUp(ada, PHONE);
  notify.state.outcome = "expired";
  const asked = await steps.request({ phone: PHONE });
  await steps.codeFor(asked);
  notify.state.outcome = "sent";
  // As after one that a chat could not be reached with: the link brings another at once, and says so.
  expect((await steps.open(asked, ada)).body).toEqual({ outcome: "code-sent" });
  expect((await steps.verify(asked, await steps.codeFor(asked, 2))).status).toBe(200);
});
