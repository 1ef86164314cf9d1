import type { Clock } from "../../shared/kernel/clock.ts";
import { erasureRetryMs, FAREWELL_ATTEMPTS_MAX } from "../domain/erasure.ts";
import type { ClaimedPart, ErasureStore, PeopleServices } from "./erasure-ports.ts";

/** Parts of one turn: of a hundred erasures at once each service is asked one after the other. */
const PARTS_PER_TURN = 20;
/** Longer than a call with its repetitions takes: a worker that dies is followed by another after this. */
const CLAIM_MS = 30_000;

export interface AdvanceErasuresDeps {
  readonly erasures: ErasureStore;
  readonly people: Pick<PeopleServices, "erase" | "sayFarewell">;
  readonly clock: Clock;
  /** A service did not answer; it is asked again. */
  readonly onSilence: (claimed: ClaimedPart, error: unknown) => void;
}

const later = (clock: Clock, ms: number): Date => new Date(clock.now().getTime() + ms);

const sayFarewell = async ({ erasures, people, clock }: AdvanceErasuresDeps, claimed: ClaimedPart) => {
  const { id: erasureId, userId, telegramUserId: chatId, language } = claimed.erasure;
  if (chatId === null) return erasures.farewellEnded(claimed, "unreachable", clock.now());
  if (claimed.attempts >= FAREWELL_ATTEMPTS_MAX)
    return erasures.farewellEnded(claimed, "given-up", clock.now());
  const outcome = await people.sayFarewell(userId, { erasureId, chatId, language: language ?? "en" });
  if (outcome === "later")
    return erasures.postpone(claimed, later(clock, erasureRetryMs(claimed.attempts + 1)));
  return erasures.farewellEnded(claimed, outcome, clock.now());
};

const ask = async (deps: AdvanceErasuresDeps, claimed: ClaimedPart): Promise<void> => {
  const { part, erasure } = claimed;
  if (part === "farewell") return sayFarewell(deps, claimed);
  const { id: erasureId, userId, userVersion, telegramUserId } = erasure;
  const answer = await deps.people.erase(part, userId, { erasureId, userVersion, telegramUserId });
  const { erased, kept, retryAfterSeconds } = answer;
  const nextAt = answer.state === "done" ? null : later(deps.clock, (retryAfterSeconds ?? 1) * 1000);
  await deps.erasures.answered(claimed, { erased, kept, nextAt, now: deps.clock.now() });
};

const take = async (deps: AdvanceErasuresDeps, claimed: ClaimedPart): Promise<void> => {
  try {
    await ask(deps, claimed);
  } catch (error) {
    deps.onSilence(claimed, error);
    await deps.erasures.postpone(claimed, later(deps.clock, erasureRetryMs(claimed.attempts + 1)));
  }
};

/**
 * Asks what is due of the services, on any instance: every part by itself, so that one service that is away holds up no other.
 * A crash between any two lines only delays: the part is due again when its claim has passed. Answers how many it took.
 */
export const advanceErasures = (deps: AdvanceErasuresDeps) => async (): Promise<number> => {
  const now = deps.clock.now();
  const until = new Date(now.getTime() + CLAIM_MS);
  const claimed = await deps.erasures.claimDue({ now, until, limit: PARTS_PER_TURN });
  await Promise.all(claimed.map((part) => take(deps, part)));
  return claimed.length;
};
