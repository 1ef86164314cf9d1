import { and, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { ATTEMPTS_MAX, type Challenge, RESEND_COOLDOWN_SECONDS, SENDS_MAX } from "../domain/challenge.ts";
import type { ChallengeStore } from "../usecases/challenge-ports.ts";
import { challenge } from "./schema.ts";

type Row = typeof challenge.$inferSelect;

const fromRow = (row: Row): Challenge => ({
  id: row.id,
  purpose: row.purpose,
  phone: row.phone,
  digits: row.digits,
  sendCount: row.sendCount,
  lastSentAt: row.lastSentAt,
  attempts: row.attempts,
  openedBy: row.openedBy,
  userId: row.userId,
  chatId: row.chatId,
  sessionId: row.sessionId,
  expiresAt: row.expiresAt,
  askedFrom: row.askedFrom,
});

const isOpen = (now: Date) =>
  and(isNull(challenge.consumedAt), isNull(challenge.deniedAt), gt(challenge.expiresAt, now));

const hasSecret = (id: string, secretHash: string) =>
  and(eq(challenge.id, id), eq(challenge.secretHash, secretHash));

const asking = (db: Queryable): Pick<ChallengeStore, "insert" | "askAgain"> => ({
  async insert(created) {
    await db.insert(challenge).values({ ...created, lastAskedAt: created.createdAt });
  },
  async askAgain({ id, secretHash, now }) {
    const cooledDown = new Date(now.getTime() - RESEND_COOLDOWN_SECONDS * 1000);
    const open = and(hasSecret(id, secretHash), isOpen(now), lt(challenge.askCount, SENDS_MAX));
    const [asked] = await db
      .update(challenge)
      .set({ askCount: sql`${challenge.askCount} + 1`, lastAskedAt: now })
      .where(and(open, lte(challenge.lastAskedAt, cooledDown)))
      .returning();
    if (asked) return { outcome: "asked", challenge: fromRow(asked) };
    const [waiting] = await db.select().from(challenge).where(open);
    if (!waiting) return { outcome: "refused" };
    const waitMs = waiting.lastAskedAt.getTime() - cooledDown.getTime();
    return { outcome: "too-soon", retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
  },
});

const opening = (
  db: Queryable,
): Pick<
  ChallengeStore,
  "claimOpening" | "newestOpenedBy" | "claimSend" | "releaseSend" | "deny" | "askedBy"
> => ({
  async claimOpening({ nonceHash, telegramUserId, now }) {
    const open = and(eq(challenge.nonceHash, nonceHash), isOpen(now));
    const [opened] = await db
      .update(challenge)
      .set({ openedBy: telegramUserId, openedAt: now })
      .where(and(open, or(isNull(challenge.openedBy), eq(challenge.openedBy, telegramUserId))))
      .returning();
    if (opened) return { outcome: "opened", challenge: fromRow(opened) };
    const taken = await db.select({ id: challenge.id }).from(challenge).where(open);
    return { outcome: taken.length > 0 ? "taken" : "unknown" };
  },
  async newestOpenedBy(telegramUserId, now) {
    const [row] = await db
      .select()
      .from(challenge)
      .where(and(eq(challenge.openedBy, telegramUserId), eq(challenge.purpose, "login"), isOpen(now)))
      .orderBy(desc(challenge.openedAt), desc(challenge.id))
      .limit(1);
    return row ? fromRow(row) : null;
  },
  async claimSend({ id, userId, chatId, again, now }) {
    // Once a Telegram account has opened the link, codes go to that one only.
    const mayGoTo = or(isNull(challenge.openedBy), eq(challenge.openedBy, chatId));
    const cooledDown = new Date(now.getTime() - RESEND_COOLDOWN_SECONDS * 1000);
    const justSent = and(
      eq(challenge.userId, userId),
      eq(challenge.chatId, chatId),
      gt(challenge.lastSentAt, cooledDown),
    );
    const isDue = again ? undefined : sql`(${justSent}) is not true`;
    const [row] = await db
      .update(challenge)
      .set({ sendCount: sql`${challenge.sendCount} + 1`, lastSentAt: now, userId, chatId })
      .where(and(eq(challenge.id, id), isOpen(now), mayGoTo, isDue, lt(challenge.sendCount, SENDS_MAX)))
      .returning();
    if (row) return { outcome: "claimed", challenge: fromRow(row) };
    if (again) return { outcome: "refused" };
    const sent = await db
      .select({ id: challenge.id })
      .from(challenge)
      .where(and(eq(challenge.id, id), isOpen(now), justSent));
    return { outcome: sent.length > 0 ? "just-sent" : "refused" };
  },
  async releaseSend({ id, sendCount }) {
    await db
      .update(challenge)
      .set({ lastSentAt: null })
      .where(and(eq(challenge.id, id), eq(challenge.sendCount, sendCount)));
  },
  async deny({ id, telegramUserId, now }) {
    const theirs = or(eq(challenge.openedBy, telegramUserId), eq(challenge.chatId, telegramUserId));
    const denied = await db
      .update(challenge)
      .set({ deniedAt: sql`coalesce(${challenge.deniedAt}, ${now.toISOString()}::timestamptz)` })
      .where(and(eq(challenge.id, id), theirs))
      .returning({ id: challenge.id });
    return denied.length > 0;
  },
  async askedBy(id) {
    const rows = await db
      .select({ sessionId: challenge.sessionId })
      .from(challenge)
      .where(eq(challenge.id, id));
    return rows[0]?.sessionId ?? null;
  },
});

const proving = (db: Queryable): Pick<ChallengeStore, "countAttempt" | "consume" | "deleteExpired"> => ({
  async deleteExpired(before, limit) {
    const old = db
      .select({ id: challenge.id })
      .from(challenge)
      .where(lt(challenge.expiresAt, before))
      .limit(limit)
      .for("update", { skipLocked: true });
    const deleted = await db.delete(challenge).where(inArray(challenge.id, old));
    return deleted.rowCount ?? 0;
  },
  async countAttempt({ id, secretHash, codeLength, now }) {
    const open = and(hasSecret(id, secretHash), isOpen(now));
    const malformed = sql`(${codeLength}::int is distinct from ${challenge.digits})`;
    const forgiven = sql`(${malformed} and ${challenge.malformed} = 0)`;
    const [counted] = await db
      .update(challenge)
      .set({
        attempts: sql`${challenge.attempts} + case when ${forgiven} then 0 else 1 end`,
        malformed: sql`case when ${malformed} then 1 else ${challenge.malformed} end`,
      })
      .where(and(open, lt(challenge.attempts, ATTEMPTS_MAX)))
      .returning();
    if (counted) return { outcome: "counted", challenge: fromRow(counted) };
    const burnt = await db.select({ id: challenge.id }).from(challenge).where(open);
    return { outcome: burnt.length > 0 ? "too-many" : "refused" };
  },
  async consume({ id, sendCount, now }) {
    const [row] = await db
      .update(challenge)
      .set({ consumedAt: now })
      .where(
        and(
          eq(challenge.id, id),
          isOpen(now),
          eq(challenge.sendCount, sendCount),
          isNotNull(challenge.userId),
        ),
      )
      .returning({ userId: challenge.userId });
    return row?.userId ? { userId: row.userId } : null;
  },
});

export const createChallengeStore = (db: Queryable): ChallengeStore => ({
  ...asking(db),
  ...opening(db),
  ...proving(db),
});
