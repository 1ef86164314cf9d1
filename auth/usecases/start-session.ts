import type { NewId } from "../../shared/kernel/ids.ts";
import { endOfSession, type Session } from "../domain/session.ts";
import type { User } from "../domain/user.ts";
import { isNewDevice, tellOfNewDevice } from "./notice-device.ts";
import type { Client, TransactionStores } from "./ports.ts";
import { endBeyondLimit } from "./session-limit.ts";
import type { TokenPair, Tokens } from "./session-ports.ts";

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
  stores: Pick<TransactionStores, "sessions" | "refreshTokens" | "audit" | "devices" | "events">,
  { user, method, challengeId, client, now }: SessionStart,
): Promise<{ session: Session; tokenId: string }> => {
  const { sessions, refreshTokens, audit } = stores;
  const session: Session = {
    id: newId(),
    userId: user.id,
    challengeId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: endOfSession({ createdAt: now, usedAt: now }, tokens.sessionLife),
    ...client,
    provedAt: method === "code" ? now : null,
  };
  const tokenId = tokens.firstTokenId();
  const isNew = await isNewDevice(stores, { userId: user.id, device: client, now });
  await endBeyondLimit(stores, { userId: user.id, now });
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
      telegramUserId: user.telegramUserId,
      sessionId: session.id,
      challengeId,
      ...client,
      detail: method,
    },
  ]);
  if (isNew) await tellOfNewDevice(stores, session, user);
  return { session, tokenId };
};
