import { forbidden } from "../../shared/kernel/errors.ts";
import type { User, UserReplica, Users } from "./ports.ts";

export interface AdmitBuyerDeps {
  readonly replica: UserReplica;
  readonly users: Users;
}

const findUser = async ({ replica, users }: AdmitBuyerDeps, userId: string): Promise<User | null> => {
  const known = await replica.find(userId);
  if (known !== null) return known;
  const user = await users.read(userId);
  if (user === null) return null;
  await replica.save(user);
  return { id: user.id, status: user.status, deleted: false };
};

/** Fails with `FORBIDDEN` for a blocked or deleted user, with `UNAVAILABLE` where auth must be asked and is silent. */
export const admitBuyer =
  (deps: AdmitBuyerDeps) =>
  async (userId: string): Promise<void> => {
    const user = await findUser(deps, userId);
    if (user === null || user.deleted) throw forbidden("This account no longer exists.");
    if (user.status === "blocked") throw forbidden("This account is blocked: ask the shop.");
  };

export type AdmitBuyer = ReturnType<typeof admitBuyer>;
