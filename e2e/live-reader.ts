import { pause } from "../shared/runtime/retry.ts";
import { readSse, type SseMessage, type SseReader } from "../shared/testing/sse-reader.ts";

/** What a reader waits before it comes back, in place of the two seconds of a browser. */
const RETRY_MS = 200;

export interface LiveReaderOptions<Thing> {
  readonly url: string;
  readonly token?: string | undefined;
  /** What an event says of a thing; null: nothing. */
  readonly read: (message: SseMessage) => { key: string; version: number; state: Thing } | null;
  /** Reads everything again from the source. */
  readonly readAgain: () => Promise<readonly { key: string; version: number; state: Thing }[]>;
}

export interface LiveReader<Thing> {
  /** The newest that it knows, by key. */
  readonly known: ReadonlyMap<string, { readonly version: number; readonly state: Thing }>;
  /** What was shown after something newer of the same: nothing, if all is well. */
  readonly backward: readonly string[];
  /** How often it was told to read again, and how often its stream had to be opened. */
  readonly counts: { resyncs: number; opened: number; refused: number };
  leave(): Promise<void>;
}

/**
 * A reader as a good page is one: it applies what is newer, comes back with `Last-Event-ID` when its stream ends, and reads everything
 * again when it is told to. Never anything else: what it knows in the end it knows from the stream.
 */
export const openLiveReader = <Thing>(options: LiveReaderOptions<Thing>): LiveReader<Thing> => {
  const { url, token, read, readAgain } = options;
  const known = new Map<string, { version: number; state: Thing }>();
  /** The newest that a stream has shown: what was read again may be ahead of it. */
  const shown = new Map<string, number>();
  const backward: string[] = [];
  const counts = { resyncs: 0, opened: 0, refused: 0 };
  const left = new AbortController();
  let lastEventId: string | null = null;
  let stream: SseReader | undefined;

  const apply = ({ key, version, state }: { key: string; version: number; state: Thing }) => {
    if (version > (known.get(key)?.version ?? 0)) known.set(key, { version, state });
  };
  const resync = async () => {
    counts.resyncs += 1;
    for (let done = false; !done && !left.signal.aborted; ) {
      done = await readAgain().then(
        (things) => {
          for (const thing of things) apply(thing);
          return true;
        },
        () => pause(RETRY_MS, left.signal).then(() => false),
      );
    }
  };
  const hear = (message: SseMessage) => {
    if (message.event === "resync") return void resync();
    const news = read(message);
    if (news === null) return;
    const before = shown.get(news.key) ?? 0;
    if (news.version < before) backward.push(`${news.key}: ${news.version} after ${before}`);
    shown.set(news.key, news.version);
    apply(news);
  };
  const open = async () => {
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
    };
    const response = await fetch(url, { headers, signal: left.signal });
    if (response.status !== 200) {
      counts.refused += 1;
      await response.body?.cancel();
      return;
    }
    counts.opened += 1;
    stream = readSse(response, hear);
    await stream.ended;
    lastEventId = stream.lastEventId() ?? lastEventId;
  };
  const follow = async () => {
    while (!left.signal.aborted) {
      await open().catch(() => undefined);
      await pause(RETRY_MS, left.signal);
    }
  };
  const following = follow();
  return {
    known,
    backward,
    counts,
    async leave() {
      left.abort();
      await stream?.leave();
      await following;
    },
  };
};
