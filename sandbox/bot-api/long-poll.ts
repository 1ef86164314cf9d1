import { parseJson } from "../json.ts";
import type { World } from "../state/world.ts";
import type { TimerHandle } from "../time.ts";
import { conflict, TEXTS } from "./errors.ts";
import { type CallParameters, integerParameter, textParameter } from "./parameters.ts";
import { TELEGRAM_UPDATE_KINDS, type Update } from "./types.ts";
import { confirmUpdates, keepNewestUpdates, pendingUpdates } from "./update-queue.ts";

/** The longest a poll is held, in seconds, whatever is asked for. */
const LONG_POLL_LIMIT_SECONDS = 50;
/** A poll that repeats the last offset within this time is held for as long, so that nobody spins. */
const REPEATED_POLL_MS = 3_000;
/** Within this time a repeated offset gets one update at most. */
const REPEATED_POLL_SINGLE_MS = 500;
/** Between two conflicts answered at once; a conflict in between is answered this much later. */
const CONFLICT_PAUSE_MS = 3_000;
const UPDATES_PER_POLL_LIMIT = 100;

type PollOutcome = { updates: Update[] } | { conflict: string };

interface HeldPoll {
  limit: number;
  timer: TimerHandle;
  settle(outcome: PollOutcome): void;
}

export interface LongPolling {
  /** `getUpdates`. Fails with 409 when a webhook is set or another poll takes over; answers [] once the client is gone. */
  poll(parameters: CallParameters, signal: AbortSignal): Promise<Update[]>;
  /** Ends a held poll because a webhook takes over. */
  endForWebhook(): void;
  stop(): void;
}

/** Long polling after the official server's rules (Client.cpp, `process_get_updates_query` and `abort_long_poll`). */
export function createLongPolling(world: World): LongPolling {
  const repeats = createRepeatGuard(world);
  const conflicts = createConflictPacer(world);
  let held: HeldPoll | undefined;

  const release = (outcome: PollOutcome) => {
    const poll = held;
    if (poll === undefined) return;
    held = undefined;
    world.timers.clear(poll.timer);
    poll.settle(outcome);
  };

  const unsubscribe = world.changes.subscribe((change) => {
    if (change.kind !== "update" || held === undefined) return;
    const updates = pendingUpdates(world, held.limit).map(({ update }) => update);
    if (updates.length > 0) release({ updates });
  });

  const hold = ({ limit, timeoutMs }: PollRequest, signal: AbortSignal): Promise<Update[]> =>
    new Promise<Update[]>((resolve, reject) => {
      const onAbort = () => {
        repeats.forget();
        if (held === poll) release({ updates: [] });
      };
      const poll: HeldPoll = {
        limit,
        timer: world.timers.set(() => release({ updates: [] }), timeoutMs),
        settle(outcome) {
          signal.removeEventListener("abort", onAbort);
          if ("conflict" in outcome) conflicts.refuse(outcome.conflict).catch(reject);
          else resolve(outcome.updates);
        },
      };
      held = poll;
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
    });

  return {
    async poll(parameters, signal) {
      if (world.webhook !== null) return conflicts.refuse(TEXTS.pollWithWebhook);
      rememberAllowedUpdates(world, parameters);
      // Over a socket, a client that gave up may be back before its old connection is seen to close.
      if (held !== undefined) repeats.forget();
      const request = repeats.slowDown(readPoll(parameters));
      if (request.offset < 0) keepNewestUpdates(world, -request.offset);
      if (request.offset > 0) confirmUpdates(world, request.offset);
      release({ conflict: TEXTS.pollReplaced });
      const updates = pendingUpdates(world, request.limit).map(({ update }) => update);
      return updates.length > 0 || request.timeoutMs === 0 ? updates : hold(request, signal);
    },
    endForWebhook: () => release({ conflict: TEXTS.pollReplacedByWebhook }),
    stop() {
      unsubscribe();
      release({ updates: [] });
      conflicts.stop();
    },
  };
}

/** Holds a poll that repeats the last offset too soon, so that nobody spins. */
function createRepeatGuard(world: World) {
  const never = { offset: 0, startedAt: Number.NEGATIVE_INFINITY };
  let previous = never;
  return {
    slowDown(request: PollRequest): PollRequest {
      const now = world.clock.now().getTime();
      const sinceMs =
        request.offset === previous.offset ? now - previous.startedAt : Number.POSITIVE_INFINITY;
      previous = { offset: request.offset, startedAt: now };
      return {
        offset: request.offset,
        timeoutMs:
          sinceMs < REPEATED_POLL_MS ? Math.max(request.timeoutMs, REPEATED_POLL_MS) : request.timeoutMs,
        limit: sinceMs < REPEATED_POLL_SINGLE_MS ? 1 : request.limit,
      };
    },
    /** Somebody who gave up is not somebody who spins: the next poll with this offset is answered at once. */
    forget() {
      previous = never;
    },
  };
}

/** Answers a first conflict at once and those that follow closely three seconds late. */
function createConflictPacer(world: World) {
  const late = new Set<TimerHandle>();
  let nextPromptAt = Number.NEGATIVE_INFINITY;
  return {
    refuse(text: string): Promise<never> {
      const now = world.clock.now().getTime();
      if (now >= nextPromptAt) {
        nextPromptAt = now + CONFLICT_PAUSE_MS;
        return Promise.reject(conflict(text));
      }
      return new Promise((_, reject) => {
        const timer = world.timers.set(() => {
          late.delete(timer);
          reject(conflict(text));
        }, CONFLICT_PAUSE_MS);
        late.add(timer);
      });
    },
    stop() {
      for (const timer of late) world.timers.clear(timer);
    },
  };
}

interface PollRequest {
  offset: number;
  limit: number;
  timeoutMs: number;
}

function readPoll(parameters: CallParameters): PollRequest {
  const max = UPDATES_PER_POLL_LIMIT;
  return {
    offset: integerParameter(parameters, "offset", { fallback: 0 }),
    limit: integerParameter(parameters, "limit", { fallback: max, min: 1, max }),
    timeoutMs:
      integerParameter(parameters, "timeout", { fallback: 0, min: 0, max: LONG_POLL_LIMIT_SECONDS }) * 1_000,
  };
}

/**
 * Keeps `allowed_updates` for later calls. As in the official server (get_allowed_update_types), what is no list of texts
 * changes nothing, unknown kinds are passed over, and where none is left every kind is sent that is sent by default.
 */
export function rememberAllowedUpdates(world: World, parameters: CallParameters): void {
  const text = textParameter(parameters, "allowed_updates");
  const list = text === "" ? undefined : parseJson(text);
  if (!Array.isArray(list) || !list.every((kind) => typeof kind === "string")) return;
  const asked = new Set(list.map((kind: string) => kind.toLowerCase()));
  const kinds = TELEGRAM_UPDATE_KINDS.filter((kind) => asked.has(kind));
  world.allowedUpdates = kinds.length === 0 ? null : kinds;
  world.changes.emit({ kind: "settings" });
}
