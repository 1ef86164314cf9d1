import { and, asc, eq, gt, isNotNull, ne, or, sql } from "drizzle-orm";
import { outbox } from "../../shared/outbox/schema.ts";
import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import { appUser, auditEvent, challenge, externalIdentity, session, userPassword } from "./schema.ts";

// What auth holds about a person, for their export and for their erasure (ADR 0035). A new table with a user's id belongs here.

const profilePart = singlePart("profile", async (db, userId) => {
  const [row] = await db.select().from(appUser).where(eq(appUser.id, userId));
  return row ?? null;
});

const sessionsPart: PersonPart = {
  name: "sessions",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(session)
      .where(and(eq(session.userId, userId), after === null ? undefined : gt(session.id, after)))
      .orderBy(asc(session.id))
      .limit(limit);
    return rows.map((row) => ({ key: row.id, record: row }));
  },
};

/** Attempts to sign in that came as far as a code for this person; without what would open one. */
const signInsPart: PersonPart = {
  name: "signIns",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(challenge)
      .where(and(eq(challenge.userId, userId), after === null ? undefined : gt(challenge.id, after)))
      .orderBy(asc(challenge.id))
      .limit(limit);
    return rows.map(({ secretHash: _secret, nonceHash: _nonce, ...record }) => ({ key: record.id, record }));
  },
};

/** Security events about them. Where somebody else did it, it was their device. */
const auditPart: PersonPart = {
  name: "audit",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(auditEvent)
      .where(and(eq(auditEvent.userId, userId), after === null ? undefined : gt(auditEvent.id, after)))
      .orderBy(asc(auditEvent.id))
      .limit(limit);
    return rows.map((row) => {
      const isOwn = row.actorId === null || row.actorId === userId;
      return { key: row.id, record: isOwn ? row : { ...row, ip: null, userAgent: null } };
    });
  },
};

/** What they did to others, as an admin. */
const actionsPart: PersonPart = {
  name: "actions",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(auditEvent)
      .where(
        and(
          eq(auditEvent.actorId, userId),
          ne(auditEvent.userId, userId),
          after === null ? undefined : gt(auditEvent.id, after),
        ),
      )
      .orderBy(asc(auditEvent.id))
      .limit(limit);
    return rows.map(({ id, at, kind, userId: whom, ip, userAgent, detail, requestId }) => ({
      key: id,
      record: { id, at, kind, userId: whom, ip, userAgent, detail, requestId },
    }));
  },
};

const identitiesPart: PersonPart = {
  name: "identities",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(externalIdentity)
      .where(
        and(
          eq(externalIdentity.userId, userId),
          after === null
            ? undefined
            : gt(sql`${externalIdentity.provider} || ' ' || ${externalIdentity.subject}`, after),
        ),
      )
      .orderBy(sql`${externalIdentity.provider} || ' ' || ${externalIdentity.subject}`)
      .limit(limit);
    return rows.map((row) => ({ key: `${row.provider} ${row.subject}`, record: row }));
  },
};

/** That there is a password, and since when. */
const passwordPart = singlePart("password", async (db, userId) => {
  const [row] = await db
    .select({ changedAt: userPassword.changedAt })
    .from(userPassword)
    .where(eq(userPassword.userId, userId));
  return row ?? null;
});

export const authParts: readonly PersonPart[] = [
  ...[profilePart, passwordPart, identitiesPart, sessionsPart, signInsPart],
  ...[auditPart, actionsPart, requestsPart],
];

const hasPlace = or(sql`${session.ip} <> ''`, sql`${session.userAgent} <> ''`);

/** An ended session stays for a while, so that its tokens are known as ended; where it was does not. */
const eraseSessions: EraseStep = async (tx, { userId }) => {
  const { rowCount } = await tx
    .update(session)
    .set({ ip: "", userAgent: "" })
    .where(and(eq(session.userId, userId), hasPlace));
  return { erased: { "addresses and devices of sessions": rowCount ?? 0 } };
};

const signsOf = or(
  isNotNull(auditEvent.ip),
  isNotNull(auditEvent.userAgent),
  isNotNull(auditEvent.telegramUserId),
);

/** The facts stay: what happened to the account when, and by whom. */
const eraseAuditSigns: EraseStep = async (tx, { userId }) => {
  const { rowCount } = await tx
    .update(auditEvent)
    .set({ ip: null, userAgent: null, telegramUserId: null })
    .where(and(or(eq(auditEvent.userId, userId), eq(auditEvent.actorId, userId)), signsOf));
  const facts = await tx.$count(auditEvent, eq(auditEvent.userId, userId));
  return {
    erased: { "addresses and devices of security events": rowCount ?? 0 },
    kept: [
      {
        what: "security events: what happened to the account and when, with the user id as a pseudonym",
        why: "legitimate interest: to be able to show that the account was handled rightly",
        until: null,
        count: facts,
      },
    ],
  };
};

/** Proofs that came late: most went with the account. */
const eraseProofs: EraseStep = async (tx, { userId }) => {
  const signIns = await tx.delete(challenge).where(eq(challenge.userId, userId));
  await tx.delete(externalIdentity).where(eq(externalIdentity.userId, userId));
  await tx.delete(userPassword).where(eq(userPassword.userId, userId));
  return { erased: { "sign-ins": signIns.rowCount ?? 0 } };
};

/** News of the account, sent or waiting: that it has ended, which is news of its own, makes all of them old. */
const eraseNews: EraseStep = async (tx, { userId }) => {
  const subject = sql`coalesce(${outbox.event} #>> '{data,user,id}', ${outbox.event} #>> '{data,userId}')`;
  const news = await tx.execute(sql`
    delete from ${outbox} where ${subject} = ${userId} and ${outbox.event} ->> 'type' <> 'session.revoked'`);
  await tx.execute(sql`
    update ${outbox} set event = ${outbox.event} #- '{data,device}'
    where ${subject} = ${userId} and (${outbox.event} #> '{data,device}') is not null`);
  return { erased: { "news of the account": news.rowCount ?? 0 } };
};

/** What the transaction that ended the account has done, and what it left: for the receipt. */
const tellOfAccount: EraseStep = async (_tx, { isFirstLook }) => ({
  erased: isFirstLook ? { "the account with its phone, name, email, username and Telegram account": 1 } : {},
  kept: [
    {
      what: "the user id and the number of changes of the account, and this receipt",
      why: "so that late news does not bring anything back, and that the erasure can be shown",
      until: null,
      count: 1,
    },
    {
      what: "the id of the Telegram account",
      why: "to send the last message",
      until: "the last message has been sent, or a day after everything was erased",
      count: null,
    },
    {
      what: "counters of sign-in attempts, by phone, by chat and by account",
      why: "protection against guessing",
      until: "two days after the attempt",
      count: null,
    },
  ],
});

export const authEraseSteps: readonly EraseStep[] = [
  ...[tellOfAccount, eraseSessions, eraseAuditSigns, eraseProofs, eraseNews],
  ...[eraseRequests, eraseParked],
];
