import { and, asc, eq, gt, lte, ne, sql } from "drizzle-orm";
import { eraseParked, eraseRequests, requestsPart } from "../../shared/people/common-tables.ts";
import type { EraseStep, PersonToErase } from "../../shared/people/erase-person.ts";
import { type PersonPart, singlePart } from "../../shared/people/export-page.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { eraseBroadcasts, expectedBroadcastsPart, writtenBroadcastsPart } from "./broadcast-personal-data.ts";
import { saveForgotten } from "./chat-store.ts";
import {
  backInStock,
  botPace,
  chat,
  chatPace,
  codeClosing,
  codeMessage,
  delivery,
  deliveryLane,
  mailAddress,
  orderCard,
  preference,
  staffCard,
  telegramBind,
  telegramUpdate,
} from "./schema.ts";
import { eraseStaffChat, ownChat, staffParts } from "./staff-personal-data.ts";

// What notify holds about a person, for their export and for their erasure (ADR 0035).

/** A message that is under way ends by its deadline; looked at again so soon. */
const UNDER_WAY_LOOK_SECONDS = 5;

const chatPart = singlePart("chat", async (db, userId) => {
  const [row] = await db.select().from(chat).where(eq(chat.userId, userId));
  return row ?? null;
});

const deliveriesPart: PersonPart = {
  name: "deliveries",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(delivery)
      .where(and(eq(delivery.userId, userId), after === null ? undefined : gt(delivery.id, after)))
      .orderBy(asc(delivery.id))
      .limit(limit);
    return rows.map(
      ({
        id,
        class: kind,
        channel,
        notice,
        state,
        chatId,
        telegramMessageId,
        reason,
        createdAt,
        updatedAt,
      }) => ({
        key: id,
        record: {
          ...{ id, class: kind, channel, notice, state, chatId, telegramMessageId, reason },
          ...{ createdAt, updatedAt },
        },
      }),
    );
  },
};

/** The living messages of orders in somebody's own chat: of what they bought, or what one of the shop's people has opened. */
const cardsPartOf = (name: string, cards: typeof orderCard | typeof staffCard): PersonPart => ({
  name,
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(cards)
      .where(
        and(sql`${cards.chatId} = ${ownChat(userId)}`, after === null ? undefined : gt(cards.orderId, after)),
      )
      .orderBy(asc(cards.orderId))
      .limit(limit);
    return rows.map((row) => ({ key: row.orderId, record: row }));
  },
});

const codeMessagesPart: PersonPart = {
  name: "codeMessages",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(codeMessage)
      .where(
        and(
          sql`${codeMessage.chatId} = ${ownChat(userId)}`,
          after === null ? undefined : gt(codeMessage.messageId, Number(after)),
        ),
      )
      .orderBy(asc(codeMessage.messageId))
      .limit(limit);
    return rows.map((row) => ({ key: String(row.messageId), record: row }));
  },
};

const codeEndingsPart: PersonPart = {
  name: "codeEndings",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select()
      .from(codeClosing)
      .where(
        and(eq(codeClosing.userId, userId), after === null ? undefined : gt(codeClosing.challengeId, after)),
      )
      .orderBy(asc(codeClosing.challengeId))
      .limit(limit);
    return rows.map((row) => ({ key: row.challengeId, record: row }));
  },
};

/** The address itself is told by auth. */
const mailPart = singlePart("mail", async (db, userId) => {
  const [row] = await db
    .select({ state: mailAddress.state, since: mailAddress.updatedAt })
    .from(mailAddress)
    .where(eq(mailAddress.userId, userId));
  return row ?? null;
});

const preferencesPart = singlePart("preferences", async (db, userId) => {
  const [row] = await db.select().from(preference).where(eq(preference.userId, userId));
  return row ?? null;
});

const waitingPart: PersonPart = {
  name: "backInStock",
  async read(db, userId, { after, limit }) {
    const rows = await db
      .select({ sku: backInStock.sku, since: backInStock.createdAt })
      .from(backInStock)
      .where(and(eq(backInStock.userId, userId), after === null ? undefined : gt(backInStock.sku, after)))
      .orderBy(asc(backInStock.sku))
      .limit(limit);
    return rows.map((row) => ({ key: row.sku, record: row }));
  },
};

export const notifyParts: readonly PersonPart[] = [
  ...[
    chatPart,
    deliveriesPart,
    cardsPartOf("orderCards", orderCard),
    cardsPartOf("staffCards", staffCard),
    codeMessagesPart,
    codeEndingsPart,
    preferencesPart,
    waitingPart,
  ],
  mailPart,
  ...[expectedBroadcastsPart, writtenBroadcastsPart],
  ...staffParts,
  requestsPart,
];

/** The Telegram account as far as it is known here; its news may have been forgotten before by `user.deleted`. */
const chatIdOf = async (tx: Tx, { userId, telegramUserId }: PersonToErase): Promise<number | null> => {
  const [known] = await tx.select({ chatId: chat.chatId }).from(chat).where(eq(chat.userId, userId));
  return known?.chatId ?? telegramUserId;
};

/**
 * Where they were written to, what waited for an answer there, and the codes' messages. Only what was there at the first look:
 * afterwards the same Telegram account may have begun anew.
 */
const eraseChat: EraseStep = async (tx, person) => {
  const { userId, userVersion, isFirstLook, now } = person;
  const chatId = await chatIdOf(tx, person);
  await tx.delete(codeClosing).where(eq(codeClosing.userId, userId));
  const forgotten = await saveForgotten(tx, [{ userId, version: userVersion }], now);
  await tx.delete(chatPace).where(eq(chatPace.userId, userId));
  if (!isFirstLook || chatId === null) return { erased: { chats: forgotten.length } };
  await tx.delete(telegramBind).where(eq(telegramBind.chatId, chatId));
  await tx.delete(staffCard).where(eq(staffCard.chatId, chatId));
  await tx.update(botPace).set({ floodedChat: null, floodedAt: null }).where(eq(botPace.floodedChat, chatId));
  await tx.execute(sql`
    update ${telegramUpdate} set payload = null, chat_id = null, claimed_until = null
    where chat_id = ${chatId} and payload is not null`);
  const codes = await tx
    .delete(codeMessage)
    .where(and(eq(codeMessage.chatId, chatId), lte(codeMessage.sentAt, now)));
  return { erased: { chats: 1, "places of messages with codes": codes.rowCount ?? 0 } };
};

/** Their orders, as far as they were told of them: what others were told of these holds the reasons that they gave. */
const orderIdsOf = async (tx: Tx, userId: string): Promise<string[]> => {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select distinct ${delivery.notice} ->> 'orderId' as id from ${delivery}
    where ${delivery.userId} = ${userId}::uuid and ${delivery.class} = 'transactional'
      and ${delivery.notice} ->> 'orderId' is not null`);
  return rows.map(({ id }) => id);
};

const eraseOrderNews = async (tx: Tx, userId: string) => {
  const orderIds = sql.param(await orderIdsOf(tx, userId));
  const cards = await tx.delete(orderCard).where(sql`${orderCard.orderId} = any(${orderIds}::uuid[])`);
  const alerts = await tx.execute(sql`
    update ${delivery} set notice = jsonb_set(${delivery.notice}, '{reason}', 'null')
    where (${delivery.notice} ->> 'orderId') = any(${orderIds}::text[])
      and (${delivery.notice} ->> 'reason') is not null and ${delivery.userId} <> ${userId}::uuid`);
  return { "places of order cards": cards.rowCount ?? 0, "reasons in alerts": alerts.rowCount ?? 0 };
};

/** Messages to them, sent or waiting; one that is being sent ends first. */
const eraseDeliveries: EraseStep = async (tx, { userId }) => {
  const orderNews = await eraseOrderNews(tx, userId);
  const gone = await tx
    .delete(delivery)
    .where(and(eq(delivery.userId, userId), ne(delivery.state, "sending")));
  await tx.delete(deliveryLane).where(eq(deliveryLane.userId, userId));
  const underWay = await tx.$count(delivery, eq(delivery.userId, userId));
  return {
    erased: { messages: gone.rowCount ?? 0, ...orderNews },
    ...(underWay === 0 ? {} : { lookAgainSeconds: UNDER_WAY_LOOK_SECONDS }),
    kept: [
      {
        what: "the messages in the person's own chat, and in the chats and groups of the shop's people",
        why: "they are with Telegram: whoever has the chat can delete it there",
        until: null,
        count: null,
      },
    ],
  };
};

/** What they had chosen, and what they waited for. */
const eraseChoices: EraseStep = async (tx, { userId }) => {
  const chosen = await tx.delete(preference).where(eq(preference.userId, userId));
  const waited = await tx.delete(backInStock).where(eq(backInStock.userId, userId));
  const addresses = await tx.delete(mailAddress).where(eq(mailAddress.userId, userId));
  return {
    erased: {
      preferences: chosen.rowCount ?? 0,
      "products waited for": waited.rowCount ?? 0,
      "confirmed addresses": addresses.rowCount ?? 0,
    },
    kept: [
      {
        what: "mails, and messages that were handed on to the shop's other systems",
        why: "they are with the mailbox of the person and with those systems",
        until: null,
        count: null,
      },
    ],
  };
};

export const notifyEraseSteps: readonly EraseStep[] = [
  eraseStaffChat,
  eraseChat,
  eraseChoices,
  eraseBroadcasts,
  eraseDeliveries,
  eraseRequests,
  eraseParked,
];
