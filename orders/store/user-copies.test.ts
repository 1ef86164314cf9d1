import { sql } from "drizzle-orm";
import { describeReplica } from "../../shared/conformance/replica.ts";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { ordersMigrations } from "../service.ts";
import { userSnapshot } from "../testing/snapshots.ts";
import { copiesOfUsers, userTable } from "./user-copies.ts";
import { deleteUser, saveUser } from "./user-replica.ts";

type News = { readonly user: UserSnapshot } | { readonly gone: { id: string; version: number } };

const roles = ["customer", "staff", "admin", "customer"] as const;

describeReplica<News>({
  table: userTable,
  migrations: ordersMigrations,
  keys: Array.from({ length: 8 }, newId).sort(),
  revives: false,
  said: (id, version, variant) => ({
    user: userSnapshot(id, {
      ...{ version, name: `Name ${variant}`, role: roles[variant] ?? "customer" },
      phone: variant === 0 ? null : `+491511234567${variant}`,
      status: variant === 3 ? "blocked" : "active",
    }),
  }),
  gone: (id, version) => ({ gone: { id, version } }),
  copyOf: (news) =>
    copiesOfUsers(
      "user" in news ? { items: [news.user], gone: [] } : { items: [], gone: [news.gone] },
    )[0] ?? {
      ...{ key: "", version: 0, fields: {} },
    },
  hear: (database, news) =>
    "user" in news ? saveUser(database.db, news.user) : deleteUser(database.db, news.gone),
  empty: async (database) => void (await database.db.execute(sql`delete from user_replica`)),
});
