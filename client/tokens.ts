import { KioskProblem } from "./problem.ts";
import type { components } from "./schema.d.ts";
import { type Session, type SessionStore, sessionOf } from "./session.ts";

/** A token that ends so soon is renewed before it is used: the answer may be long under way. */
const RENEW_BEFORE_MS = 10_000;
const REFRESH_PATH = "/v1/auth/refresh";

/** Runs work while nobody else does who shares the session: other tabs of a browser. */
export type Exclusively = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** By the Web Locks API where there is one; else nobody shares the session. */
const byWebLocks: Exclusively = (work) => {
  const locks = (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;
  return locks === undefined ? work() : (locks.request("kiosk.refresh", work) as ReturnType<typeof work>);
};

export interface TokensOptions {
  readonly baseUrl: string;
  readonly sessions: SessionStore;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly now: () => number;
  readonly exclusively?: Exclusively | undefined;
}

/** Keeps the access token fresh. A refresh token is good for one use, so there is one refresh at a time, over all tabs. */
export const createTokens = ({ baseUrl, sessions, fetch, now, exclusively = byWebLocks }: TokensOptions) => {
  let renewing: Promise<Session | null> | null = null;

  const refresh = async (session: Session): Promise<Session | null> => {
    const response = await fetch(
      new Request(`${baseUrl}${REFRESH_PATH}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refreshToken: session.refreshToken }),
      }),
    );
    const body = await response.json().catch(() => null);
    // Only a plain no ends the session: a shop that is busy says nothing about it.
    if (response.status !== 401 && !response.ok)
      throw new KioskProblem(response.status, body, response.headers.get("retry-after"));
    const renewed = response.ok
      ? sessionOf(body as components["schemas"]["TokenPair"], session.user, now())
      : null;
    sessions.write(renewed);
    return renewed;
  };

  /** Renews the session that had this token, unless somebody has done so since. */
  const renewAfter = (accessToken: string): Promise<Session | null> => {
    renewing ??= exclusively(async () => {
      const session = sessions.read();
      return session === null || session.accessToken !== accessToken ? session : refresh(session);
    }).finally(() => {
      renewing = null;
    });
    return renewing;
  };

  return {
    /** A token that is good for a while; null for nobody. Fails with a `KioskProblem` where it cannot be renewed just now. */
    async current(): Promise<string | null> {
      const session = sessions.read();
      if (session === null) return null;
      if (session.expiresAtMs - now() > RENEW_BEFORE_MS) return session.accessToken;
      return (await renewAfter(session.accessToken))?.accessToken ?? null;
    },
    /** Another token in place of one that was refused; null where there is none. */
    async after(refused: string): Promise<string | null> {
      const session = await renewAfter(refused);
      return session === null || session.accessToken === refused ? null : session.accessToken;
    },
  };
};

export type Tokens = ReturnType<typeof createTokens>;
