import type { UsersPage } from "../../shared/contracts/internal-api.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import {
  isAfter,
  type KeptTable,
  keyOrder,
  markOf,
  removeKeptRows,
} from "../../shared/replicas/kept-rows.ts";
import type { ReplicaTable } from "../../shared/replicas/stretch.ts";
import { userReplica } from "./schema.ts";
import { saveUserCopies } from "./user-replica.ts";

type Row = typeof userReplica.$inferSelect;

/** What orders copy of a user; a deleted one must have neither name nor phone here. */
export type UserFields =
  | ({ readonly deleted: false } & Pick<Row, "name" | "phone" | "role" | "status">)
  | { readonly deleted: true; readonly name: string; readonly phone: string | null };

/** A page of auth's users as the replica keeps them. */
export const copiesOfUsers = ({ items, gone }: Pick<UsersPage, "items" | "gone">): Copy<UserFields>[] => [
  ...items.map(({ id, version, name, phone, role, status }): Copy<UserFields> => {
    return { key: id, version, fields: { deleted: false, name, phone, role, status } };
  }),
  ...gone.map(({ id, version }): Copy<UserFields> => {
    return { key: id, version, fields: { deleted: true, name: "", phone: null } };
  }),
];

const fieldsOf = ({ deleted, name, phone, role, status }: Row): UserFields =>
  deleted ? { deleted, name, phone } : { deleted, name, phone, role, status };

const kept: KeptTable = { table: userReplica, key: userReplica.id, keyType: "uuid" };

/** The replica of auth's users, to be filled, compared and rebuilt. */
export const userTable: ReplicaTable<UserFields> = {
  name: "orders.users",
  async keptAfter(db, key, limit) {
    const rows = await db
      .select({ row: userReplica, mark: markOf(userReplica) })
      .from(userReplica)
      .where(isAfter(kept, key))
      .orderBy(keyOrder(kept))
      .limit(limit);
    return rows.map(({ row, mark }) => ({ key: row.id, version: row.version, fields: fieldsOf(row), mark }));
  },
  save: saveUserCopies,
  remove: (tx, rows) => removeKeptRows(tx, kept, rows),
};
