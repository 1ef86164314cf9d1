/** So long after its use an old refresh token still gets the answer that may have been lost on its way. */
const REFRESH_GRACE_MS = 10_000;
/**
 * While auth answers nobody, the grace of those who asked shortly before stands still: it is not their fault. For so long,
 * and not for ever, since whoever found an old token meanwhile has the same grace.
 */
const OUTAGE_MAX_MS = 60_000;

/** What is known of a refresh token that was shown, its session and its owner. */
export interface RefreshState {
  readonly sessionRevoked: boolean;
  readonly sessionExpiresAt: Date;
  readonly userActive: boolean;
  readonly usedAt: Date | null;
  /** When the token that replaced it was used; null when it was not, or when there is none. */
  readonly successorUsedAt: Date | null;
}

/** The moment of a decision. */
export interface RefreshMoment {
  readonly now: Date;
  /** Since when refreshes have been answered without a break, as far as this process knows. */
  readonly answeringSince: Date;
}

/**
 * `rotate`: give a successor. `repeat`: give the same successor again. `reuse`: it was stolen, or it is the thief's;
 * end the session. `refuse`: it is over.
 */
export type RefreshDecision = "rotate" | "repeat" | "reuse" | "refuse";

/** From when the grace of a used token counts: its use, or the end of the outage in which its answer may have been lost. */
const graceBegins = (usedAt: Date, answeringSince: Date): Date => {
  const outageMs = answeringSince.getTime() - usedAt.getTime();
  return outageMs > 0 && outageMs <= OUTAGE_MAX_MS ? answeringSince : usedAt;
};

/**
 * Decides about a refresh token (RFC 9700, 2.2.2 and 4.14.2: rotation with reuse detection). The grace is a deliberate
 * exception: who lost the answer to a network failure must not lose the session.
 */
export const decideRefresh = (
  state: RefreshState,
  { now, answeringSince }: RefreshMoment,
): RefreshDecision => {
  if (state.sessionRevoked || !state.userActive || now >= state.sessionExpiresAt) return "refuse";
  if (state.usedAt === null) return "rotate";
  const begins = graceBegins(state.usedAt, answeringSince);
  const withinGrace = now.getTime() - begins.getTime() <= REFRESH_GRACE_MS;
  return withinGrace && state.successorUsedAt === null ? "repeat" : "reuse";
};
