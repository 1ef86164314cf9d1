import type { Clock } from "../../shared/kernel/clock.ts";
import { assertVersion, conflict } from "../../shared/kernel/errors.ts";
import {
  type Broadcast,
  type BroadcastCommand,
  type BroadcastDecision,
  decideBroadcast,
  RECIPIENTS_MAX,
} from "../domain/broadcast.ts";
import type { BroadcastView } from "./broadcast-answer.ts";
import type { BroadcastStore } from "./broadcast-ports.ts";
import { assertContent, type BroadcastContent, viewOf } from "./broadcasts.ts";

export interface ChangeBroadcastDeps {
  readonly broadcasts: Pick<BroadcastStore, "change" | "tally">;
  readonly clock: Clock;
  /** The bot's pace in milliseconds a message; 0: none. */
  readonly everyMs: number;
  /** Something is to be brought into the queue, or taken out of it. */
  readonly ring: () => void;
}

/** Which broadcast, and the version that the caller has seen; null: whatever it is. */
export interface ChangeInput {
  readonly id: string;
  readonly expectedVersion: number | null;
}

const words: Readonly<Record<BroadcastCommand["kind"], string>> = {
  edit: "changed: only a draft can",
  delete: "deleted: only a draft can",
  start: "started: only a draft can, and one that is paused is resumed",
  pause: "paused: only one that runs can",
  resume: "resumed: only one that is paused can",
  cancel: "cancelled: only one that runs or is paused can; a draft is deleted",
  finish: "finished",
};

/** The decision, or `CONFLICT` where the state does not allow it. */
const decided = (broadcast: Broadcast, command: BroadcastCommand, now: Date): BroadcastDecision => {
  const decision = decideBroadcast(broadcast, command, now);
  if (decision.kind === "refused")
    throw conflict(`This broadcast is ${broadcast.state} and cannot be ${words[command.kind]}.`);
  return decision;
};

const changeBy =
  ({ broadcasts, clock }: Pick<ChangeBroadcastDeps, "broadcasts" | "clock">) =>
  ({ id, expectedVersion }: ChangeInput, command: BroadcastCommand): Promise<Broadcast> => {
    const now = clock.now();
    const decide = async (found: Broadcast) => {
      assertVersion(expectedVersion, found.version);
      return decided(found, command, now);
    };
    return broadcasts.change(id, decide, now);
  };

/** Replaces what a draft says and whom it is for. Fails with `NOT_FOUND`, `VERSION_MISMATCH`, `CONFLICT` and `VALIDATION`. */
export const editBroadcast =
  (deps: Pick<ChangeBroadcastDeps, "broadcasts" | "clock">) =>
  async (input: ChangeInput & { readonly changes: Partial<BroadcastContent> }): Promise<Broadcast> => {
    const now = deps.clock.now();
    return deps.broadcasts.change(
      input.id,
      async (found) => {
        assertVersion(input.expectedVersion, found.version);
        const { texts = found.texts, audience = found.audience } = input.changes;
        assertContent({ texts });
        return decided(found, { kind: "edit", texts, audience }, now);
      },
      now,
    );
  };

/** Deletes a draft. Fails with `NOT_FOUND`, `VERSION_MISMATCH` and `CONFLICT`. */
export const deleteBroadcast =
  (deps: Pick<ChangeBroadcastDeps, "broadcasts" | "clock">) =>
  async (input: ChangeInput): Promise<void> => {
    await changeBy(deps)(input, { kind: "delete" });
  };

const assertAudience = (recipients: number): void => {
  if (recipients === 0)
    throw conflict("Nobody in this audience has chosen to get offers: it would reach nobody.");
  if (recipients > RECIPIENTS_MAX)
    throw conflict(`A broadcast is for ${RECIPIENTS_MAX} people at most: narrow the audience.`);
};

/**
 * Writes down whom it is for, and begins. Who chooses to get offers afterwards gets none of it. Starting what runs changes nothing.
 * Fails with `NOT_FOUND`, with `VERSION_MISMATCH`, and with `CONFLICT` where it is no draft or nobody would get it.
 */
export const startBroadcast =
  (deps: ChangeBroadcastDeps) =>
  async ({ id, expectedVersion, by }: ChangeInput & { readonly by: string }): Promise<BroadcastView> => {
    const { broadcasts, clock, ring } = deps;
    const now = clock.now();
    const started = await broadcasts.change(
      id,
      async (found, writer) => {
        if (found.state !== "draft") return decided(found, { kind: "start", by, recipients: 0 }, now);
        assertVersion(expectedVersion, found.version);
        const recipients = await writer.freeze(id, found.audience);
        assertAudience(recipients);
        return decided(found, { kind: "start", by, recipients }, now);
      },
      now,
    );
    ring();
    return viewOf(deps)(started);
  };

/**
 * Pauses, resumes or cancels. What is under way ends by itself; nothing else of one that is paused or cancelled is sent. The same
 * again changes nothing. Fails with `NOT_FOUND` and with `CONFLICT`.
 */
export const steerBroadcast =
  (deps: ChangeBroadcastDeps) =>
  async (id: string, kind: "pause" | "resume" | "cancel"): Promise<BroadcastView> => {
    const steered = await changeBy(deps)({ id, expectedVersion: null }, { kind });
    deps.ring();
    return viewOf(deps)(steered);
  };
