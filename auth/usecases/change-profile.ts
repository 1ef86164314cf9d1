import type { Clock } from "../../shared/kernel/clock.ts";
import { invalid, notFound } from "../../shared/kernel/errors.ts";
import { isTimezone } from "../../shared/kernel/timezone.ts";
import { type ProfileChange, type User, withProfile } from "../domain/user.ts";
import type { Transact } from "./ports.ts";

export interface ChangeProfileDeps {
  readonly transact: Transact;
  readonly clock: Clock;
}

/**
 * Changes what a person may change about themselves. Fails with `VALIDATION` (no such time zone), `CONFLICT` (the
 * username is taken) or `NOT_FOUND`.
 */
export const changeProfile =
  ({ transact, clock }: ChangeProfileDeps) =>
  async (input: { userId: string; change: ProfileChange }): Promise<User> => {
    const { userId, change } = input;
    if (change.timezone !== undefined && !isTimezone(change.timezone))
      throw invalid("/body/timezone", "must be a name of the IANA time zone database");
    const now = clock.now();
    return transact(async ({ users, events }) => {
      const before = await users.lock(userId);
      if (before === null) throw notFound("user");
      const user = withProfile(before, change, now);
      if (user === before) return before;
      await users.update(user);
      await events.append([{ type: "user.updated", user, at: now }]);
      return user;
    });
  };
