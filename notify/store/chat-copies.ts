import { sql } from "drizzle-orm";
import type { UsersPage } from "../../shared/contracts/internal-api.ts";
import type { Copy } from "../../shared/replicas/copy.ts";
import { replicaTable } from "../../shared/replicas/kept-rows.ts";
import { chatOf } from "../usecases/keep-chats.ts";
import { saveChats, saveForgotten } from "./chat-store.ts";
import { chat } from "./schema.ts";

type Row = typeof chat.$inferSelect;

/** What notify copies of a user. Whether the chat is blocked is its own knowledge. */
export type ChatFields = { readonly deleted: boolean } & Pick<
  Row,
  "chatId" | "language" | "timezone" | "role"
>;

/** What stays of a user who was deleted. */
const FORGOTTEN = { deleted: true, chatId: null, language: "en", timezone: "UTC", role: "customer" } as const;

/** A page of auth's users as notify keeps them. */
export const copiesOfChats = ({ items, gone }: Pick<UsersPage, "items" | "gone">): Copy<ChatFields>[] => [
  ...items.map((user): Copy<ChatFields> => {
    const { userId: key, userVersion: version, chatId, language, timezone, role } = chatOf(user);
    return { key, version, fields: { deleted: false, chatId, language, timezone, role } };
  }),
  ...gone.map(({ id: key, version }): Copy<ChatFields> => ({ key, version, fields: FORGOTTEN })),
];

/** The replica of auth's users, to be filled, compared and rebuilt. */
export const chatTable = replicaTable({
  name: "notify.users",
  table: chat,
  key: chat.userId,
  /** Groups are nobody's copy. */
  which: sql`${chat.kind} = 'private'`,
  keyType: "uuid",
  copyOf: ({ userId: key, userVersion: version, state, chatId, language, timezone, role }) => ({
    key,
    version,
    fields: { deleted: state === "deleted", chatId, language, timezone, role },
  }),
  /** A row that had to be replaced begins as an open chat: whether it is blocked, the next message finds out. */
  async save(tx, copies) {
    const now = new Date();
    const living = copies.filter(({ fields }) => !fields.deleted);
    const gone = copies.filter(({ fields }) => fields.deleted);
    const chats = living.map(({ key: userId, version: userVersion, fields }) => {
      const { chatId, language, timezone, role } = fields;
      return { userId, userVersion, chatId, language, timezone, role, state: "active" as const };
    });
    return [
      ...(await saveForgotten(
        tx,
        gone.map(({ key: userId, version }) => ({ userId, version })),
        now,
      )),
      ...(await saveChats(tx, chats, now)),
    ];
  },
});
