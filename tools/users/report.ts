import type { grantRoleOn } from "../../auth/service.ts";
import type { Role } from "../../shared/contracts/permissions.ts";

export type Granted = Awaited<ReturnType<ReturnType<typeof grantRoleOn>>>;

export interface GrantReport {
  readonly phone: string;
  readonly role: Role;
  readonly granted: Granted;
  /** Where it was done, without a password. */
  readonly where: string;
  /** ADMIN_PHONES names this phone: its owner is an admin again at the next start. */
  readonly isAdminPhone: boolean;
}

const rank: Readonly<Record<Role, number>> = { customer: 1, staff: 2, admin: 3 };

const nobody = ({ phone, role, where }: GrantReport): string =>
  [
    `Nobody has the phone ${phone} in ${where}: nothing was changed.`,
    "Its owner signs in once with it, which makes the account; then run this again.",
    ...(role === "admin"
      ? [`Or start Kiosk with ADMIN_PHONES=${phone}: then it is an admin's from the first sign-in.`]
      : []),
  ].join("\n");

const inForce = (before: Role, role: Role, endedSessions: number): string =>
  rank[role] > rank[before]
    ? "In force with their next access token: at once where they sign in again or refresh (POST /v1/auth/refresh)."
    : `In force at once: ${endedSessions === 1 ? "1 session was" : `${endedSessions} sessions were`} ended, and running services refuse them within seconds.`;

/** What was done, for people. */
export const grantText = (report: GrantReport): string => {
  const { phone, role, granted, where, isAdminPhone } = report;
  if (granted.outcome === "nobody") return nobody(report);
  const { user, before, endedSessions } = granted;
  const who = `${user.name || "The account"} (${phone}, ${user.id})`;
  const again =
    isAdminPhone && role !== "admin"
      ? ["ADMIN_PHONES names this phone: take it out, or its owner is an admin again at the next start."]
      : [];
  const blocked =
    user.status === "blocked" ? ["The account is blocked: an admin has to set its status to active."] : [];
  if (granted.outcome === "unchanged")
    return [`${who} is ${role} already in ${where}: nothing was changed.`, ...again, ...blocked].join("\n");
  return [
    `${who} was ${before} and is ${role} now, in ${where}.`,
    inForce(before, role, endedSessions),
    ...again,
    ...blocked,
  ].join("\n");
};

/** The same for machines, without what only the shop need know of the person. */
export const grantJson = ({ phone, role, granted }: GrantReport): unknown =>
  granted.outcome === "nobody"
    ? { outcome: granted.outcome, phone, role }
    : {
        ...{ outcome: granted.outcome, phone, role, previousRole: granted.before },
        ...{ userId: granted.user.id, version: granted.user.version, endedSessions: granted.endedSessions },
      };
