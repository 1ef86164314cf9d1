import { sql } from "drizzle-orm";
import { describeReplica } from "../../shared/conformance/replica.ts";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { systemClock } from "../../shared/kernel/clock.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { notifyMigrations } from "../service.ts";
import { userSnapshot } from "../testing/fake-auth.ts";
import { applyUser, forgetUser } from "../usecases/keep-chats.ts";
import { chatTable, copiesOfChats } from "./chat-copies.ts";
import { createChatStore } from "./chat-store.ts";

type News = { readonly user: UserSnapshot } | { readonly gone: { id: string; version: number } };

const languages = ["en", "de", "ar", "en"] as const;
const keys = Array.from({ length: 8 }, newId).sort();
/** Users that there have been: who had an account first does not get it back from who has it second. */
const begun = new Set<string>();
/** Two users after each other have one Telegram account: the second came once the first was deleted. */
const accountOf = (id: string) => 1_000 + Math.floor(keys.indexOf(id) / 2);

describeReplica<News>({
  table: chatTable,
  migrations: notifyMigrations,
  keys,
  revives: false,
  mayExist(id, isLiving) {
    const place = keys.indexOf(id);
    const other = keys[place % 2 === 0 ? place + 1 : place - 1] ?? "";
    return !isLiving(other) && (place % 2 === 1 || !begun.has(other));
  },
  said(id, version, variant) {
    begun.add(id);
    const role = variant === 2 ? "admin" : "customer";
    const language = languages[variant] ?? "en";
    return { user: userSnapshot({ id, version, telegramUserId: accountOf(id), language, role }) };
  },
  gone: (id, version) => ({ gone: { id, version } }),
  copyOf: (news) =>
    copiesOfChats(
      "user" in news ? { items: [news.user], gone: [] } : { items: [], gone: [news.gone] },
    )[0] ?? {
      ...{ key: "", version: 0, fields: {} },
    },
  hear: (database, news) =>
    database.transaction((tx) => {
      const deps = { chats: createChatStore(tx), clock: systemClock };
      return "user" in news ? applyUser(deps)(news.user) : forgetUser(deps)(news.gone);
    }),
  async empty(database) {
    begun.clear();
    await database.db.execute(sql`delete from chat`);
  },
});
