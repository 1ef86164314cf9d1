import { z } from "zod";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { notFound } from "../../shared/kernel/errors.ts";
import type { User } from "../domain/user.ts";
import type { Stores, UserFilter } from "./ports.ts";
import { snapshotOf } from "./snapshot.ts";

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

/** Users of one page of a replica. */
const SHARED_PAGE = 200;

/** One page of all users for a replica, and the id to go on from; null at the end. */
export interface SharedUsers {
  readonly items: readonly UserSnapshot[];
  /** Erased accounts: what stays of each. */
  readonly gone: readonly { readonly id: string; readonly version: number }[];
  readonly next: string | null;
}

/** Every user there was ever, by rising id, for replicas. */
export const shareUsers =
  ({ users }: { readonly users: Pick<Stores["users"], "listAll"> }) =>
  async (after: string | null): Promise<SharedUsers> => {
    const page = pageOf(await users.listAll({ above: after, limit: SHARED_PAGE + 1 }), SHARED_PAGE);
    const { living = [], erased = [] } = Object.groupBy(page.users, ({ deletedAt }) =>
      deletedAt === null ? "living" : "erased",
    );
    return {
      items: living.map(snapshotOf),
      gone: erased.map(({ id, version }) => ({ id, version })),
      next: page.next,
    };
  };
