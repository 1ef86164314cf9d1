import { useSyncExternalStore } from "react";
import { createKioskClient, type Session, type SessionStore, storedSession } from "../../client/index.ts";
import { ownKey } from "./sandbox-frame.ts";

export const SESSION_KEY = "kiosk.session";

/** A store that says when who is signed in has changed, in this tab or in another one. */
const watchedSessions = (inner: SessionStore) => {
  const listeners = new Set<() => void>();
  let known = inner.read();
  const changed = () => {
    known = inner.read();
    for (const listener of listeners) listener();
  };
  window.addEventListener("storage", changed);
  return {
    read: inner.read,
    write(session: Session | null) {
      inner.write(session);
      changed();
    },
    /** The same object until something changes, as React wants it. */
    current: () => known,
    listen(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

const sessions = watchedSessions(storedSession(window.localStorage, ownKey(SESSION_KEY)));

/** The shop behind this page. */
export const kiosk = createKioskClient({ baseUrl: "", sessions });

/** Who is signed in, in this tab and all others; null for nobody. */
export const useSession = (): Session | null => useSyncExternalStore(sessions.listen, sessions.current);
