import { describe, expect, test } from "bun:test";
import { unavailable } from "../shared/kernel/errors.ts";
import type { Limits } from "../shared/ports/limits.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { FAILURES_MAX } from "./lockout.ts";
import { type AuthHarness, startAuth } from "./testing/auth-harness.ts";
import { fresh, ON, OTHER, PASSWORD, passwordsOf } from "./testing/passwords.ts";

const open = closedAfterEach(startAuth);

/** A hundred hashes take their time. */
const HASHES_TIMEOUT_MS = 30_000;

describe("guessing passwords", () => {
  const guess = (on: AuthHarness, name: object, headers = {}) =>
    passwordsOf(on).post("login", { ...name, password: OTHER }, headers);

  test(
    "auth-7: twenty wrong ones in a row close the way for an hour, then for two, known or not",
    async () => {
      const on = await open({ environment: ON });
      const { post, registered } = passwordsOf(on);
      const { username } = await registered();
      for (const name of [{ username }, { username: "nobody.at.all" }]) {
        for (const closedSeconds of [3_600, 7_200]) {
          for (let n = 0; n < FAILURES_MAX; n += 1) expect((await guess(on, name)).status).toBe(401);
          const closed = await guess(on, name);
          expect([closed.status, closed.body.code]).toEqual([429, "TRY_LATER"]);
          expect(closed.headers.get("retry-after")).toBe(String(closedSeconds));
          on.clock.advance(closedSeconds * 1_000 + 1);
        }
      }
      expect((await post("login", { username, password: PASSWORD })).status).toBe(200);
      for (let n = 0; n < FAILURES_MAX - 1; n += 1) expect((await guess(on, { username })).status).toBe(401);
      expect((await post("login", { username, password: PASSWORD })).status).toBe(200);
      expect((await guess(on, { username })).status).toBe(401);
      expect((await guess(on, { username })).status).toBe(401);
    },
    HASHES_TIMEOUT_MS,
  );

  test("auth-7: an account bears ten in a quarter of an hour, an address twenty an hour", async () => {
    const on = await open({ environment: { ...ON, RATE_LIMITS: "on" } });
    const from = (ip: string) => ({ "x-client-ip": ip });
    for (let n = 0; n < 10; n += 1)
      expect((await guess(on, { username: "one" }, from(`203.0.113.${n}`))).status).toBe(401);
    expect((await guess(on, { username: "ONE" }, from("203.0.113.99"))).status).toBe(429);
    for (let n = 0; n < 20; n += 1)
      expect((await guess(on, { username: `some-${n}` }, from("203.0.113.200"))).status).toBe(401);
    expect((await guess(on, { username: "yet-another" }, from("203.0.113.200"))).status).toBe(429);
  });

  test("nobody signs in by password while nothing can be counted", async () => {
    const limits: Limits = {
      consume: async () => {
        throw unavailable("The counters cannot be reached.");
      },
      reset: async () => undefined,
    };
    const on = await open({ environment: { ...ON, RATE_LIMITS: "on" }, limits });
    expect((await guess(on, { username: "ada" })).status).toBe(503);
    expect((await passwordsOf(on).post("register", fresh())).status).toBe(503);
  });
});
