import { unauthenticated } from "../../shared/kernel/errors.ts";
import { deviceName } from "../domain/device.ts";
import { decideRefresh } from "../domain/refresh.ts";
import { endOfSession, type Session } from "../domain/session.ts";
import type { UserRole } from "../domain/user.ts";
import { announceEnded, type EndSessionsDeps, revokeWithin } from "./end-sessions.ts";
import type { Client, TransactionStores } from "./ports.ts";
import type { TokenPair, Tokens } from "./session-ports.ts";

export interface RefreshSessionDeps extends Omit<EndSessionsDeps, "stores" | "accessTtlSeconds"> {
  readonly tokens: Pick<
    Tokens,
    "accessTtlSeconds" | "sessionLife" | "successorOf" | "hashOf" | "sign" | "readRefreshToken"
  >;
}

type Refreshed =
  | { readonly outcome: "pair"; readonly session: Session; readonly role: UserRole; readonly tokenId: string }
  | { readonly outcome: "refused"; readonly ended: readonly string[] };

interface Shown {
  readonly tokenId: string;
  readonly client: Client;
  readonly now: Date;
  readonly answeringSince: Date;
}

/**
 * Since when this process has answered refreshes without a break: since the first that it was asked for, or the first after
 * one that failed. An answer that was lost in the break is given again after it, see `decideRefresh`.
 */
const createContinuity = () => {
  let since: Date | null = null;
  return {
    since(now: Date): Date {
      since ??= now;
      return since;
    },
    broken(): void {
      since = null;
    },
  };
};

const rotate = async (
  { refreshTokens, sessions }: TransactionStores,
  { tokens }: RefreshSessionDeps,
  session: Session,
  { tokenId, client, now }: Shown,
): Promise<Session> => {
  const parentHash = tokens.hashOf(tokenId);
  await refreshTokens.markUsed(parentHash, now);
  const hash = tokens.hashOf(tokens.successorOf(tokenId));
  await refreshTokens.insert({ hash, sessionId: session.id, parentHash, now });
  const expiresAt = endOfSession({ createdAt: session.createdAt, usedAt: now }, tokens.sessionLife);
  await sessions.touch(session.id, { now, ip: client.ip, expiresAt });
  return { ...session, lastUsedAt: now, expiresAt };
};

/** Somebody has the token who should not: nobody goes on with this session. */
const endFamily = async (
  stores: TransactionStores,
  { id, userId, userAgent }: Session,
  { client, now }: Shown,
): Promise<readonly string[]> => {
  await stores.audit.append([{ kind: "token-reused", at: now, userId, sessionId: id, ...client }]);
  const device = deviceName(userAgent);
  return revokeWithin(stores, { userId, sessionId: id, reason: "reuse", device, now });
};

const refreshWithin = async (
  stores: TransactionStores,
  deps: RefreshSessionDeps,
  shown: Shown,
): Promise<Refreshed> => {
  const state = await stores.refreshTokens.lockState(deps.tokens.hashOf(shown.tokenId));
  if (state === null) return { outcome: "refused", ended: [] };
  const { session, user } = state;
  const decision = decideRefresh(state, shown);
  switch (decision) {
    case "refuse":
      return { outcome: "refused", ended: [] };
    case "reuse":
      return { outcome: "refused", ended: await endFamily(stores, session, shown) };
    case "rotate":
    case "repeat": {
      const used = decision === "rotate" ? await rotate(stores, deps, session, shown) : session;
      const tokenId = deps.tokens.successorOf(shown.tokenId);
      return { outcome: "pair", session: used, role: user.role, tokenId };
    }
    default:
      return decision satisfies never;
  }
};

/**
 * Exchanges a refresh token for a new pair. The old one is good once; within the grace it gives the same successor
 * again, and after that its use ends the session. Fails with `UNAUTHENTICATED`.
 */
export const refreshSession = (deps: RefreshSessionDeps) => {
  const continuity = createContinuity();
  return async (input: { refreshToken: string; client: Client }): Promise<TokenPair> => {
    const now = deps.clock.now();
    const refused = () => unauthenticated("The refresh token is not valid or has ended: sign in again.");
    const tokenId = await deps.tokens.readRefreshToken(input.refreshToken, now);
    if (tokenId === null) throw refused();
    const shown = { tokenId, client: input.client, now, answeringSince: continuity.since(now) };
    const refreshed = await deps
      .transact((stores) => refreshWithin(stores, deps, shown))
      .catch((error: unknown) => {
        continuity.broken();
        throw error;
      });
    if (refreshed.outcome === "pair") return deps.tokens.sign({ ...refreshed, now });
    await announceEnded(
      { announceRevoked: deps.announceRevoked, accessTtlSeconds: deps.tokens.accessTtlSeconds },
      refreshed.ended,
      now,
    );
    throw refused();
  };
};
