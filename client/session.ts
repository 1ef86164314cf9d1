import type { components } from "./schema.d.ts";

export type User = components["schemas"]["User"];
/** What a sign-in answers. */
export type SignedIn = components["schemas"]["SignedIn"];
type TokenPair = components["schemas"]["TokenPair"];

/** Somebody who is signed in. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since 1970 by this machine's clock. */
  readonly expiresAtMs: number;
  readonly user: User;
}

/** Where the session is kept: in memory by default, in a browser's storage by `storedSession`. */
export interface SessionStore {
  read(): Session | null;
  write(session: Session | null): void;
}

/** Lives as long as the page. */
export const sessionInMemory = (): SessionStore => {
  let kept: Session | null = null;
  return {
    read: () => kept,
    write: (session) => {
      kept = session;
    },
  };
};

/** In a storage of the browser; what cannot be read there is no session. */
export const storedSession = (
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  key = "kiosk.session",
): SessionStore => ({
  read() {
    try {
      return JSON.parse(storage.getItem(key) ?? "null") as Session | null;
    } catch {
      return null;
    }
  },
  write(session) {
    if (session === null) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(session));
  },
});

const MS_PER_SECOND = 1_000;

/** A session of new tokens. */
export const sessionOf = (pair: TokenPair, user: User, nowMs: number): Session => ({
  accessToken: pair.accessToken,
  refreshToken: pair.refreshToken,
  expiresAtMs: nowMs + pair.expiresIn * MS_PER_SECOND,
  user,
});
