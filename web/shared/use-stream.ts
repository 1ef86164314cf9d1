import { useEffect, useRef, useState } from "react";
import type { StreamMessage, StreamPath } from "../../client/index.ts";
import { kiosk, useSession } from "./kiosk.ts";
import { useOnline } from "./online.ts";

export interface StreamOptions {
  readonly path: StreamPath;
  readonly query?: Readonly<Record<string, string>>;
  /** False follows nothing. */
  readonly enabled?: boolean;
  onMessage(message: StreamMessage): void;
  /** The stream begins behind what was read, at its start or after a long pause: read anew what is shown. */
  onGap?(): void;
}

/**
 * Follows a stream of the shop while the component is on the screen, anew for whoever signs in. Answers whether messages come; a stream
 * that the shop refuses is none. Offline it is let go of at once, for a cut connection is noticed late; back online it begins anew.
 */
export const useStream = (options: StreamOptions): boolean => {
  const { path, query = {}, enabled = true } = options;
  const [isConnected, setConnected] = useState(false);
  const userId = useSession()?.user.id ?? null;
  const online = useOnline();
  const words = new URLSearchParams(query).toString();
  const current = useRef(options);
  useEffect(() => {
    current.current = options;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a stream shows what its reader may see, so another reader has another stream
  useEffect(() => {
    if (!enabled || !online) return;
    const end = new AbortController();
    let isFirst = true;
    const following = {
      signal: end.signal,
      onMessage: (message: StreamMessage) => current.current.onMessage(message),
      onResync: () => current.current.onGap?.(),
      onState(connected: boolean) {
        if (end.signal.aborted) return;
        setConnected(connected);
        if (connected && isFirst) current.current.onGap?.();
        isFirst = false;
      },
    };
    void kiosk
      .follow(path, Object.fromEntries(new URLSearchParams(words)), following)
      .catch(() => setConnected(false));
    return () => end.abort();
  }, [path, words, enabled, online, userId]);
  return isConnected && online;
};
