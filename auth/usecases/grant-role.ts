import type { Clock } from "../../shared/kernel/clock.ts";
import type { User, UserRole } from "../domain/user.ts";
import { standWithin } from "./change-standing.ts";
import type { Transact } from "./ports.ts";

const COMMAND = "user:grant";

/** What was done: `before` is the role until now. */
export type Granted =
  | { readonly outcome: "nobody" }
  | {
      readonly outcome: "granted" | "unchanged";
      readonly user: User;
      readonly before: UserRole;
      readonly endedSessions: number;
    };

/**
 * Gives the owner of a phone (E.164) a role, as an admin would: for who keeps the shop's servers, also while no admin can sign
 * in. Who loses rights loses the sessions with them; services refuse those as soon as they hear of it.
 */
export const grantRole =
  ({ transact, clock }: { readonly transact: Transact; readonly clock: Clock }) =>
  async ({ phone, role }: { phone: string; role: UserRole }): Promise<Granted> => {
    const now = clock.now();
    return transact(async (stores) => {
      const found = await stores.users.findByPhone(phone);
      const before = found === null ? null : await stores.users.lock(found.id);
      // The phone may have gone to somebody else while we waited for the row.
      if (before === null || before.phone !== phone) return { outcome: "nobody" };
      const changer = { command: COMMAND };
      const { user, ended } = await standWithin(stores, before, { change: { role }, changer }, now);
      const outcome = user === before ? "unchanged" : "granted";
      return { outcome, user, before: before.role, endedSessions: ended.length };
    });
  };
