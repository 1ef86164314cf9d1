import { and, asc, count, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { Database, Queryable, Tx } from "../../shared/ports/database.ts";
import { type ErasurePartName, erasingServices } from "../domain/erasure.ts";
import type { ClaimedPart, Erasure, ErasureLog, ErasureStore } from "../usecases/erasure-ports.ts";
import { auditEvent, challenge, erasure, erasurePart, externalIdentity, userPassword } from "./schema.ts";

const findWhere = async (db: Queryable, condition: SQL): Promise<Erasure | null> => {
  const [row] = await db.select().from(erasure).where(condition);
  if (row === undefined) return null;
  const parts = await db
    .select()
    .from(erasurePart)
    .where(eq(erasurePart.erasureId, row.id))
    .orderBy(asc(erasurePart.part));
  return { ...row, parts };
};

const findByUser = (db: Queryable, userId: string) => findWhere(db, eq(erasure.userId, userId));

/** Sign-ins that have to do with the person, whether they came to anything or not. */
const signInsOf = (person: Parameters<ErasureLog["forgetSignIns"]>[0]): SQL | undefined => {
  const { userId, phone, telegramUserId } = person;
  return or(
    eq(challenge.userId, userId),
    phone === null ? undefined : eq(challenge.phone, phone),
    telegramUserId === null ? undefined : eq(challenge.openedBy, telegramUserId),
    telegramUserId === null ? undefined : eq(challenge.chatId, telegramUserId),
  );
};

/** The part of an erasure that belongs to the transaction which ends the account. */
export const createErasureLog = (tx: Tx): ErasureLog => ({
  async begin(begun) {
    await tx.insert(erasure).values(begun);
    await tx.insert(erasurePart).values(
      erasingServices.map((part) => ({
        ...{ erasureId: begun.id, part, attempts: 0, nextAt: begun.requestedAt },
        ...{ state: "waiting" as const, erased: [], kept: [] },
      })),
    );
  },
  findByUser: (userId) => findByUser(tx, userId),
  async forgetSignIns(person) {
    const gone = await tx.delete(challenge).where(signInsOf(person)).returning({ id: challenge.id });
    // What was written down of a sign-in before it was known whose it is.
    const ids = sql.param(gone.map(({ id }) => id));
    await tx
      .update(auditEvent)
      .set({ ip: null, userAgent: null, telegramUserId: null })
      .where(
        or(
          sql`${auditEvent.challengeId} = any(${ids}::uuid[])`,
          person.telegramUserId === null ? undefined : eq(auditEvent.telegramUserId, person.telegramUserId),
        ),
      );
    await tx.delete(externalIdentity).where(eq(externalIdentity.userId, person.userId));
    await tx.delete(userPassword).where(eq(userPassword.userId, person.userId));
    return gone.length;
  },
});

const claimDue =
  ({ db }: Database): ErasureStore["claimDue"] =>
  async ({ now, until, limit }) => {
    const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`;
    const { rows } = await db.execute<{ erasure_id: string; part: ErasurePartName; attempts: number }>(sql`
      update ${erasurePart} p set next_at = ${at(until)} from (
        select erasure_id, part from ${erasurePart}
        where state = 'waiting' and next_at <= ${at(now)}
        order by next_at limit ${limit} for update skip locked) due
      where p.erasure_id = due.erasure_id and p.part = due.part
      returning p.erasure_id, p.part, p.attempts`);
    if (rows.length === 0) return [];
    const ids = sql.param([...new Set(rows.map((row) => row.erasure_id))]);
    const erasures = await db.select().from(erasure).where(sql`${erasure.id} = any(${ids}::uuid[])`);
    return rows.flatMap(({ erasure_id, part, attempts }): ClaimedPart[] => {
      const found = erasures.find(({ id }) => id === erasure_id);
      return found === undefined ? [] : [{ erasure: found, part, attempts }];
    });
  };

const isPart = ({ erasure: { id }, part }: ClaimedPart) =>
  and(eq(erasurePart.erasureId, id), eq(erasurePart.part, part));

/** The erasure is done when all services are; then its last message is due, where there is a chat. */
const finish = async (tx: Tx, id: string, now: Date): Promise<void> => {
  const [open] = await tx
    .select({ parts: count() })
    .from(erasurePart)
    .where(
      and(eq(erasurePart.erasureId, id), eq(erasurePart.state, "waiting"), ne(erasurePart.part, "farewell")),
    );
  if (open?.parts !== 0) return;
  const [done] = await tx
    .update(erasure)
    .set({ doneAt: now })
    .where(and(eq(erasure.id, id), sql`${erasure.doneAt} is null`))
    .returning({ chatId: erasure.telegramUserId });
  if (done === undefined) return;
  if (done.chatId === null) {
    await tx.update(erasure).set({ language: null }).where(eq(erasure.id, id));
    return;
  }
  await tx
    .insert(erasurePart)
    .values({
      ...{ erasureId: id, part: "farewell", state: "waiting", attempts: 0, nextAt: now },
      ...{ erased: [], kept: [] },
    })
    .onConflictDoNothing();
};

/** Erasures over all services: what is asked of whom, and the receipts. */
export const createErasureStore = (database: Database): ErasureStore => {
  const { db } = database;
  return {
    find: (id) => findWhere(db, eq(erasure.id, id)),
    findByUser: (userId) => findByUser(db, userId),
    claimDue: claimDue(database),
    async postpone(claimed, nextAt) {
      await db
        .update(erasurePart)
        .set({ nextAt, attempts: claimed.attempts + 1 })
        .where(and(isPart(claimed), eq(erasurePart.state, "waiting")));
    },
    answered: (claimed, { erased, kept, nextAt, now }) =>
      database.transaction(async (tx) => {
        // Whoever comes last must see what the others have answered.
        await tx
          .select({ id: erasure.id })
          .from(erasure)
          .where(eq(erasure.id, claimed.erasure.id))
          .for("update");
        await tx
          .update(erasurePart)
          .set({
            erased,
            kept,
            nextAt,
            attempts: 0,
            answeredAt: now,
            state: nextAt === null ? "done" : "waiting",
          })
          .where(and(isPart(claimed), eq(erasurePart.state, "waiting")));
        await finish(tx, claimed.erasure.id, now);
      }),
    farewellEnded: (claimed, outcome, now) =>
      database.transaction(async (tx) => {
        await tx
          .update(erasurePart)
          .set({ state: "done", nextAt: null, outcome, answeredAt: now })
          .where(isPart(claimed));
        await tx
          .update(erasure)
          .set({ telegramUserId: null, language: null })
          .where(eq(erasure.id, claimed.erasure.id));
      }),
  };
};
