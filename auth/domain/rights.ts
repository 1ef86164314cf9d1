import type { Session } from "./session.ts";
import type { User, UserRole } from "./user.ts";

/** The role that a session acts with, and the one that waits for a code; null where none does. */
export interface Rights {
  readonly role: UserRole;
  readonly withheld: UserRole | null;
}

/**
 * What a session may do for its account. An admin's rights begin with a code from the own chat: a password, a provider and what Telegram
 * signs for an app can be shown by who has no such chat before them. Until then an admin acts as staff (ADR 0039).
 */
export const rightsIn = ({ role }: Pick<User, "role">, { provedAt }: Pick<Session, "provedAt">): Rights =>
  role === "admin" && provedAt === null ? { role: "staff", withheld: role } : { role, withheld: null };
