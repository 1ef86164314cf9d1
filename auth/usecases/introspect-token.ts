import type { Principal } from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { UserRole } from "../domain/user.ts";
import type { Stores } from "./ports.ts";
import { roleNow } from "./reread-rights.ts";

export interface IntrospectTokenDeps {
  readonly stores: Pick<Stores, "users" | "sessions">;
  /** Rejects with `UNAUTHENTICATED`. */
  readonly verify: (token: string) => Promise<Principal>;
  readonly clock: Clock;
}

export type Introspection =
  | { readonly valid: false }
  | {
      readonly valid: true;
      readonly userId: string;
      readonly role: UserRole;
      readonly username: string | null;
      readonly expiresAt: Date;
    };

/** Says whose access token it is, by what is stored now; for outsiders that cannot verify it themselves (RFC 7662). */
export const introspectToken =
  ({ stores, verify, clock }: IntrospectTokenDeps) =>
  async (token: string): Promise<Introspection> => {
    const principal = await verify(token).catch((error: unknown) => {
      if (isKioskError(error, "UNAUTHENTICATED")) return null;
      throw error;
    });
    if (principal === null) return { valid: false };
    const owner = await stores.sessions.liveOwner(principal.sessionId, clock.now());
    const user = owner === principal.userId ? await stores.users.find(owner) : null;
    if (user === null || user.status !== "active") return { valid: false };
    return {
      valid: true,
      userId: user.id,
      role: roleNow(user, principal),
      username: user.username,
      expiresAt: new Date(principal.expiresAtMs),
    };
  };
