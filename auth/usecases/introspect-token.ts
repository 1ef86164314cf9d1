import { isKioskError } from "../../shared/kernel/errors.ts";
import type { UserRole } from "../domain/user.ts";
import { type RereadRightsDeps, standingNow } from "./reread-rights.ts";

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
  (deps: RereadRightsDeps) =>
  async (token: string): Promise<Introspection> => {
    const principal = await deps.verify(token).catch((error: unknown) => {
      if (isKioskError(error, "UNAUTHENTICATED")) return null;
      throw error;
    });
    if (principal === null) return { valid: false };
    const standing = await standingNow(deps, principal);
    if (standing === null) return { valid: false };
    const { user, rights } = standing;
    return {
      valid: true,
      userId: user.id,
      role: rights.role,
      username: user.username,
      expiresAt: new Date(principal.expiresAtMs),
    };
  };
