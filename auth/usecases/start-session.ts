import type { NewId } from "../../shared/kernel/ids.ts";
import type { Session } from "../domain/session.ts";
import type { User } from "../domain/user.ts";
import type { Client, TokenPair, Tokens, TransactionStores } from "./ports.ts";

export type SignedIn = TokenPair & { readonly user: User };

/** How somebody proved who they are; the audit log keeps it with the sign-in. */
export type SignInMethod = "code" | "password" | "mini-app" | "login-widget" | "telegram-oidc" | "oidc";

export interface StartSessionDeps {
  readonly tokens: Tokens;
  readonly newId: NewId;
}

export interface SessionStart {
  readonly user: User;
  readonly method: SignInMethod;
  /** The challenge that it ends; null where there was none. */
  readonly challengeId: string | null;
  readonly client: Client;
  readonly now: Date;
}

/** Begins a session as a part of the transaction that has found its user: every way of signing in ends here. */
export const startSession = async (
  { tokens, newId }: StartSessionDeps,
  { sessions, refreshTokens, audit }: Pick<TransactionStores, "sessions" | "refreshTokens" | "audit">,
  { user, method, challengeId, client, now }: SessionStart,
): Promise<{ session: Session; tokenId: string }> => {
  const session: Session = {
    id: newId(),
    userId: user.id,
    challengeId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: new Date(now.getTime() + tokens.refreshTtlSeconds * 1000),
    ...client,
  };
  const tokenId = tokens.firstTokenId();
  await sessions.insert(session);
  await refreshTokens.insert({
    hash: tokens.hashOf(tokenId),
    sessionId: session.id,
    parentHash: null,
    now,
  });
  await audit.append([
    {
      kind: "signed-in",
      at: now,
      userId: user.id,
      sessionId: session.id,
      challengeId,
      ...client,
      detail: method,
    },
  ]);
  return { session, tokenId };
};
