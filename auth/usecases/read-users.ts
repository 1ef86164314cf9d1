import { z } from "zod";
import { notFound } from "../../shared/kernel/errors.ts";
import type { User } from "../domain/user.ts";
import type { Stores, UserFilter } from "./ports.ts";

/** Where a page ended: the id of its last user. */
export const userPositionSchema = z.uuid();

interface ReadUsersDeps {
  readonly stores: Pick<Stores, "users">;
}

/** One page and the id to go on from; null at the end. */
export interface UserPage {
  readonly users: readonly User[];
  readonly next: string | null;
}

const pageOf = (found: readonly User[], limit: number): UserPage => {
  const users = found.slice(0, limit);
  return { users, next: found.length > limit ? (users.at(-1)?.id ?? null) : null };
};

/** Fails with `NOT_FOUND`. */
export const readUser =
  ({ stores }: ReadUsersDeps) =>
  async (id: string): Promise<User> => {
    const user = await stores.users.find(id);
    if (user === null) throw notFound("user");
    return user;
  };

/** The newest first. */
export const searchUsers =
  ({ stores }: ReadUsersDeps) =>
  async (input: { filter: UserFilter; after: string | null; limit: number }): Promise<UserPage> =>
    pageOf(
      await stores.users.list(input.filter, { below: input.after, limit: input.limit + 1 }),
      input.limit,
    );

/** Every user there is, in a stable order, for replicas. */
export const pageThroughUsers =
  ({ stores }: ReadUsersDeps) =>
  async (input: { after: string | null; limit: number }): Promise<UserPage> =>
    pageOf(await stores.users.listAll({ above: input.after, limit: input.limit + 1 }), input.limit);
