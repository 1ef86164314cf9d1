/** So long after its use an old refresh token still gets the answer that may have been lost on its way. */
const REFRESH_GRACE_MS = 10_000;

/** What is known of a refresh token that was shown, its session and its owner. */
export interface RefreshState {
  readonly sessionRevoked: boolean;
  readonly sessionExpiresAt: Date;
  readonly userActive: boolean;
  readonly usedAt: Date | null;
  /** When the token that replaced it was used; null when it was not, or when there is none. */
  readonly successorUsedAt: Date | null;
}

/**
 * `rotate`: give a successor. `repeat`: give the same successor again. `reuse`: it was stolen, or it is the thief's;
 * end the session. `refuse`: it is over.
 */
export type RefreshDecision = "rotate" | "repeat" | "reuse" | "refuse";

/**
 * Decides about a refresh token (RFC 9700, 2.2.2 and 4.14.2: rotation with reuse detection). The grace is a deliberate
 * exception: who lost the answer to a network failure must not lose the session.
 */
export const decideRefresh = (state: RefreshState, now: Date): RefreshDecision => {
  if (state.sessionRevoked || !state.userActive || now >= state.sessionExpiresAt) return "refuse";
  if (state.usedAt === null) return "rotate";
  const withinGrace = now.getTime() - state.usedAt.getTime() <= REFRESH_GRACE_MS;
  return withinGrace && state.successorUsedAt === null ? "repeat" : "reuse";
};
