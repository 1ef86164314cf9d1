import { describe, expect, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type AuthHarness, personOf, startAuth } from "./testing/auth-harness.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";

const PHONE = "+4915112345678";
const ada = personOf(77);

const open = closedAfterEach(startAuth);

/** Every row of every table, as text. */
const dumpOf = async ({ database: { db } }: AuthHarness): Promise<string> => {
  const { rows: tables } = await db.execute<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  const dumps = await Promise.all(
    tables.map(({ name }) =>
      db.execute<{ dump: string | null }>(`select string_agg(t::text, ' ') as dump from ${name} t`),
    ),
  );
  return dumps.map(({ rows }) => rows[0]?.dump ?? "").join(" ");
};

/** Whether digits stand somewhere by themselves: as a part of an id or of a time they say nothing. */
const holds = (text: string, code: string): boolean =>
  new RegExp(`(?<![0-9a-f])${code}(?![0-9a-f])`).test(text);

describe("auth-20: a code leaves auth by one call to who delivers it", () => {
  test("and is in no event, no table and no log line, used or not, delivered or not", async () => {
    const harness = await open();
    const steps = stepsOf(harness);
    const published: string[] = [];
    await harness.bus.subscribe({
      ...{ exchange: "auth.events", queue: "notify.auth-events", prefetch: 10 },
      handle: async (event) => void published.push(JSON.stringify(event)),
      handleMalformed: async (raw) => void published.push(raw),
    });
    await steps.signUp(ada, PHONE);
    const used = await steps.request({ phone: PHONE });
    const code = await steps.codeFor(used);
    await steps.verify(used, otherThan(code));
    const signedIn = await steps.verify(used, code);
    expect(signedIn.status).toBe(200);
    for (const outcome of ["unreachable", "unknown"]) {
      harness.notify.state.outcome = outcome;
      await steps.codeFor(await steps.request({ phone: PHONE }));
    }
    await harness.call("POST", "/v1/auth/logout", { token: signedIn.body.accessToken });
    await waitFor(() => published.some((event) => event.includes("session.revoked")), {
      what: "the news to be published",
    });
    const codes = harness.notify.delivered.map((delivered) => delivered.code);
    expect(codes).toHaveLength(4);
    const everywhere = [await dumpOf(harness), ...published, JSON.stringify(harness.log.lines)].join(" ");
    expect(codes.filter((each) => holds(everywhere, each))).toEqual([]);
    expect(holds(`the code ${code} is here`, code)).toBe(true);
  });

  test("and is never sent a second time by itself, whatever became of the call", async () => {
    const harness = await open();
    const steps = stepsOf(harness);
    await steps.signUp(ada, PHONE);
    const { state } = harness.notify;
    const before = state.calls;
    for (const outcome of ["unreachable", "unknown"]) {
      state.outcome = outcome;
      await steps.codeFor(await steps.request({ phone: PHONE }));
    }
    state.before = Promise.reject(new Error("connection reset"));
    state.before.catch(() => undefined);
    expect((await steps.request({ phone: PHONE })).status).toBe(202);
    // A stop waits for what goes on after the answers: nothing is left that could send one again.
    await harness.auth.stop();
    expect(state.calls - before).toBe(3);
  });
});
