import { and, eq, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import type { CodeEnding } from "../domain/code-ending.ts";
import type { ClosingMessage, CodeMessage, CodeMessageStore } from "../usecases/ports.ts";
import { codeClosing, codeMessage } from "./schema.ts";
import { time } from "./time.ts";

/** An ending is kept for so long for a message that is not known yet: its send and its record are over long before. */
const CLOSING_KEEP_MS = 15 * 60_000;
const EXPIRED: CodeEnding = { reason: "expired" };

type Row = {
  chat_id: string | number;
  message_id: string | number;
  challenge_id: string;
  attempts: number;
  ending: CodeEnding | null;
};

const closingOf = (row: Row): ClosingMessage => ({
  chatId: Number(row.chat_id),
  messageId: Number(row.message_id),
  challengeId: row.challenge_id,
  attempts: row.attempts,
  ending: row.ending ?? EXPIRED,
});

const isThis = ({ chatId, messageId }: CodeMessage) =>
  and(eq(codeMessage.chatId, chatId), eq(codeMessage.messageId, messageId));

/** Where messages with codes are, and what they are to say. Never the codes. */
export const createCodeMessageStore = (db: Queryable): CodeMessageStore => ({
  async add({ chatId, messageId, challengeId, sentAt, expiresAt }) {
    await db.execute(sql`
      with others as (
        update ${codeMessage} set expires_at = ${time(sentAt)}
        where challenge_id = ${challengeId}::uuid and message_id <> ${messageId} and expires_at > ${time(sentAt)})
      insert into ${codeMessage} (chat_id, message_id, challenge_id, sent_at, expires_at, next_at)
      values (${chatId}, ${messageId}, ${challengeId}, ${time(sentAt)}, ${time(expiresAt)}, ${time(sentAt)})
      on conflict do nothing`);
  },

  async close(challengeId, ending, { userId, now }) {
    await db
      .insert(codeClosing)
      .values({ challengeId, ending, userId, closedAt: now })
      .onConflictDoUpdate({
        target: codeClosing.challengeId,
        set: { ending, closedAt: now },
        setWhere: sql`excluded.ending ->> 'reason' = 'denied'`,
      });
  },

  async claimClosing(limit, now, until) {
    const { rows } = await db.execute<Row>(sql`
      with due as materialized (
        select m.chat_id, m.message_id, c.ending from ${codeMessage} m
        left join ${codeClosing} c on c.challenge_id = m.challenge_id
        where (c.challenge_id is not null or m.expires_at <= ${time(now)}) and m.next_at <= ${time(now)}
        order by c.closed_at, m.expires_at limit ${limit} for update of m skip locked)
      update ${codeMessage} m set next_at = ${time(until)}, attempts = m.attempts + 1
      from due where m.chat_id = due.chat_id and m.message_id = due.message_id
      returning m.chat_id, m.message_id, m.challenge_id, m.attempts, due.ending`);
    return rows.map(closingOf);
  },

  async isEmpty() {
    const { rows } = await db.execute(sql`select 1 from ${codeMessage} limit 1`);
    return rows.length === 0;
  },

  async postpone(message, until) {
    await db.update(codeMessage).set({ nextAt: until }).where(isThis(message));
  },

  async remove(message) {
    await db.delete(codeMessage).where(isThis(message));
  },

  async prune(now) {
    const before = time(new Date(now.getTime() - CLOSING_KEEP_MS));
    await db.execute(sql`
      delete from ${codeClosing} c where closed_at < ${before}
        and not exists (select 1 from ${codeMessage} m where m.challenge_id = c.challenge_id)`);
  },
});
