import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import type { AfterCommit } from "../outbox/event-handler.ts";
import type { OnParked } from "../outbox/parking.ts";
import { idempotencyKey, parkedMessage } from "../outbox/schema.ts";
import type { Tx } from "../ports/database.ts";
import type { EraseStep } from "./erase-person.ts";
import type { PersonPart } from "./export-page.ts";
import { erasedPerson } from "./schema.ts";

// What every service has beside its own tables and what may tell of a person: remembered answers and parked messages.

const SEPARATOR = "\n";

/** The requests of a person that are remembered for their repetition. Their answers are copies of what other parts show. */
export const requestsPart: PersonPart = {
  name: "requests",
  async read(db, userId, { after, limit }) {
    const [route = "", key = ""] = after?.split(SEPARATOR) ?? [];
    const rows = await db
      .select()
      .from(idempotencyKey)
      .where(
        and(
          eq(idempotencyKey.principal, userId),
          after === null
            ? undefined
            : gt(sql`(${idempotencyKey.route}, ${idempotencyKey.key})`, sql`(${route}, ${key})`),
        ),
      )
      .orderBy(asc(idempotencyKey.route), asc(idempotencyKey.key))
      .limit(limit);
    return rows.map((row) => ({
      key: `${row.route}${SEPARATOR}${row.key}`,
      record: { route: row.route, idempotencyKey: row.key, status: row.status, createdAt: row.createdAt },
    }));
  },
};

/** Forgets the answers that were remembered for the person's repeated requests: they hold all that was sent. */
export const eraseRequests: EraseStep = async (tx, { userId }) => {
  const { rowCount } = await tx.delete(idempotencyKey).where(eq(idempotencyKey.principal, userId));
  return { erased: { "remembered requests": rowCount ?? 0 } };
};

/** What is written in the place of a message of an erased person that was no event. */
const ERASED = "erased";

const ofErased = (id: string) => sql`exists (
  select 1 from ${erasedPerson} where ${erasedPerson.userId}::text = ${parkedMessage.event} #>> ${id}::text[])`;

/**
 * Takes erased people out of parked messages: the news of who and where they were goes, with the device of an ended session, the free text of
 * their orders' news is emptied, and the rest stays to be replayed. Answers how many it changed.
 */
const forgetInParked = async (tx: Tx, which: SQL): Promise<number> => {
  const news = await tx.execute(sql`
    delete from ${parkedMessage}
    where ${which} and (
      (${parkedMessage.event} ->> 'type' in ('user.created', 'user.updated') and ${ofErased("{data,user,id}")})
      or (${parkedMessage.event} ->> 'type' = 'session.new-device' and ${ofErased("{data,userId}")}))`);
  const devices = await tx.execute(sql`
    update ${parkedMessage} set event = ${parkedMessage.event} #- '{data,device}'
    where ${which} and ${parkedMessage.event} #>> '{data,device}' is not null and ${ofErased("{data,userId}")}`);
  const reasons = await tx.execute(sql`
    update ${parkedMessage} set event = jsonb_set(${parkedMessage.event}, '{data,reason}', 'null')
    where ${which} and ${parkedMessage.event} #>> '{data,reason}' is not null and ${ofErased("{data,order,userId}")}`);
  const malformed = await tx.execute(sql`
    update ${parkedMessage} set raw = ${ERASED}
    where ${which} and raw is not null and raw <> ${ERASED} and exists (
      select 1 from ${erasedPerson} where position(${erasedPerson.userId}::text in ${parkedMessage.raw}) > 0)`);
  return [news, devices, reasons, malformed].reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
};

/** Parked messages are few: they are read through, all of them. */
export const eraseParked: EraseStep = async (tx) => ({
  erased: { "parked messages": await forgetInParked(tx, sql`true`) },
});

/** A message that is parked late tells nothing of people who were erased before: it is cleaned in the transaction that parks it. */
export const forgettingErased =
  (tell: OnParked): OnParked =>
  async (tx, parked): Promise<AfterCommit | undefined> => {
    await forgetInParked(tx, sql`${parkedMessage.id} = ${parked.id}`);
    return (await tell(tx, parked)) ?? undefined;
  };
