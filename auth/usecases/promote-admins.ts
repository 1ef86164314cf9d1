import type { Clock } from "../../shared/kernel/clock.ts";
import { withStanding } from "../domain/user.ts";
import type { Transact } from "./ports.ts";

/** Makes the owners of these phones (E.164) admins, where they are known already. */
export const promoteAdmins =
  ({ transact, clock }: { transact: Transact; clock: Clock }) =>
  async (phones: readonly string[]): Promise<void> => {
    if (phones.length === 0) return;
    const now = clock.now();
    await transact(async ({ users, events, audit }) => {
      for (const before of await users.lockNonAdminsByPhone(phones)) {
        const user = withStanding(before, { role: "admin" }, now);
        await users.update(user);
        await events.append([{ type: "user.updated", user, at: now }]);
        await audit.append([
          { kind: "role-changed", at: now, userId: user.id, detail: `${before.role} → admin (ADMIN_PHONES)` },
        ]);
      }
    });
  };
