import { expect } from "bun:test";
import type { AuthHarness } from "./auth-harness.ts";

/** The configuration of a shop where one may sign in by password. */
export const ON = { PASSWORD_LOGIN: "on", SHOP_NAME: "Corner Shop" };
/** A good one, and another. */
export const PASSWORD = "tram oak lamp seventeen";
export const OTHER = "five quiet rivers of 1906";

let people = 0;
/** Somebody who has no account yet. */
export const fresh = () => {
  people += 1;
  return { username: `Reader.${people}`, email: `Reader${people}@example.org`, password: PASSWORD };
};

/** Calls of the routes of passwords. */
export const passwordsOf = (harness: AuthHarness) => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    harness.call("POST", `/v1/auth/${path}`, { body, headers });
  return {
    post,
    /** Somebody who has just registered. */
    async registered() {
      const who = fresh();
      const answer = await post("register", who);
      expect(answer.status).toBe(201);
      return { ...who, ...answer.body };
    },
  };
};
