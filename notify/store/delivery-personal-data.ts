import { and, asc, eq, gt, ne, sql } from "drizzle-orm";
import type { EraseStep } from "../../shared/people/erase-person.ts";
import type { PersonPart } from "../../shared/people/export-page.ts";
import type { Tx } from "../../shared/ports/database.ts";
import { ownChat } from "./chat-personal-data.ts";
import { delivery, deliveryLane, orderCard, staffCard } from "./schema.ts";

// What notify holds about what a person was told: their messages, and where the cards of orders are in their chat.

/** A message that is under way ends by its deadline; looked at again so soon. */
const UNDER_WAY_LOOK_SECONDS = 5;

export const deliveriesPart: PersonPart = {
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

export const orderCardsPart = cardsPartOf("orderCards", orderCard);
export const staffCardsPart = cardsPartOf("staffCards", staffCard);

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
export const eraseDeliveries: EraseStep = async (tx, { userId }) => {
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
