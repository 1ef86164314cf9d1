import type { UsersPage } from "../../shared/contracts/internal-api.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import { replicaTable } from "../../shared/replicas/kept-rows.ts";
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

/** The replica of auth's users, to be filled, compared and rebuilt. */
export const userTable = replicaTable({
  name: "orders.users",
  table: userReplica,
  key: userReplica.id,
  keyType: "uuid",
  copyOf: (row) => ({ key: row.id, version: row.version, fields: fieldsOf(row) }),
  save: saveUserCopies,
});
