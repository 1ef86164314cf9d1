import { sql } from "drizzle-orm";
import type { EventType, OrderSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import type { OrderCardData } from "../../shared/contracts/internal-api.ts";
import type { Role } from "../../shared/contracts/permissions.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { userSnapshot } from "./fake-auth.ts";
import { cardOrder, createFakeOrders } from "./fake-orders.ts";
import { envelopeOf, type OpenNotify, type OpenNotifyOptions, openNotify } from "./open-notify.ts";
import { dataOf, orderOf } from "./open-shop.ts";

/** Somebody with an account and, if started, an open chat. */
export interface TeamPerson {
  /** Of the Telegram account, and of the chat. */
  readonly id: number;
  readonly user: UserSnapshot;
}

type OrderEventType = Exclude<Extract<EventType, `order.${string}`>, "order.created">;

const typeOf = (what: string): OrderEventType => {
  if (what.startsWith("claim")) return "order.claim-changed";
  return what === "cancelled" ? "order.cancelled" : "order.status-changed";
};

const snapshotOf = (order: OrderCardData, buyer: UserSnapshot): OrderSnapshot => {
  const { id, number, status, version, total } = order;
  return orderOf(buyer, { ...{ id, number, status, version, total }, userId: order.userId });
};

/** People who are made known to notify, and events about orders. */
const peopleOf = ({ people, publish, auth, database }: OpenNotify) => {
  const known = async (user: UserSnapshot): Promise<void> => {
    auth.users.set(user.id, user);
    const type = user.version === 1 ? "user.created" : "user.updated";
    await publish(envelopeOf(type, user.id, { user }, { sequence: user.version }));
    const isKnown = async () => {
      const { rows } = await database.db.execute(
        sql`select 1 from chat where user_id = ${user.id}::uuid and user_version = ${user.version}`,
      );
      return rows.length > 0;
    };
    await waitFor(isKnown, { what: "the account to be known" });
  };
  return {
    known,
    async hire(name: string, role: Role = "staff"): Promise<TeamPerson> {
      const person = await people.started();
      const user = userSnapshot({ telegramUserId: person.id, phone: person.phone, name, role });
      await known(user);
      return { id: person.id, user };
    },
    /** News of an order, as orders tells them. */
    tell(type: OrderEventType, order: OrderCardData, previous: OrderCardData | null) {
      const buyer = auth.users.get(order.userId) ?? userSnapshot({ id: order.userId });
      const data = dataOf(snapshotOf(order, buyer), previous?.status ?? "pending");
      const news = { ...data, reason: order.reason };
      return publish(envelopeOf(type, order.id, news, { sequence: order.version }));
    },
  };
};

/** What is seen, said and tapped in a chat: a person's own, or a group. */
const chatsOf = ({ people: { control }, sandbox }: OpenNotify) => {
  const fromBot = (chatId: number) => sandbox.transcript(chatId).filter(({ from }) => from === "bot");
  return {
    fromBot,
    write: (groupId: number, { id: personId }: TeamPerson, text: string, more: object = {}) =>
      control("POST", `/groups/${groupId}/messages`, { personId, text, ...more }),
    /** The bot's newest message in the chat whose text fits, and which has the button. */
    sees: (chatId: number, pattern: RegExp, label?: string) =>
      waitFor(
        () =>
          fromBot(chatId).findLast(
            ({ text, buttons }) =>
              pattern.test(text) &&
              (label === undefined || buttons.flat().some((one) => one.label === label)),
          ),
        { what: `a message like ${pattern} with ${label} in ${chatId}` },
      ),
    labels: (chatId: number, messageId: number) =>
      fromBot(chatId)
        .find((message) => message.messageId === messageId)
        ?.buttons.flat()
        .map(({ label }) => label),
    /** Taps, and answers what was said to it. */
    async tap(who: TeamPerson, chatId: number, messageId: number, what: object): Promise<string> {
      const query = await control("POST", `/people/${who.id}/taps`, { chatId, messageId, ...what });
      const answerOf = () =>
        sandbox
          .outbox()
          .find(
            ({ method, status, params }) =>
              method === "answerCallbackQuery" &&
              status === 200 &&
              params.callback_query_id === query.callbackQueryId,
          );
      const answered = await waitFor(answerOf, { what: "the answer to the tap" });
      return String(answered.params.text ?? "");
    },
  };
};

/** A notify with the shop's people, a group of theirs and scripted orders whose changes come as events. */
export const openTeam = async (options: OpenNotifyOptions = {}) => {
  // orders has to know the people, who are made together with notify.
  let answerOrders: ServiceFetch = async () => new Response(null, { status: 503 });
  const services = { ...options.services, orders: (request: Request) => answerOrders(request) };
  const notify = await openNotify({ ...options, services });
  const orders = createFakeOrders(notify.auth.users);
  answerOrders = orders.fetch;
  const staff = peopleOf(notify);
  const chats = chatsOf(notify);
  orders.script.onChange = (now, before, what) => staff.tell(typeOf(what), now, before);

  /** A group with these people and the bot. */
  const group = async (members: readonly TeamPerson[], facts: object = {}): Promise<number> => {
    const ids = members.map(({ id }) => id);
    const made = await notify.people.control("POST", "/groups", { title: "Shop", members: ids, ...facts });
    return Number(made.id);
  };

  return {
    ...{ ...notify, ...staff, ...chats, orders, group },
    /** A confirmed order of which the news have come. */
    async order(facts: Partial<OrderCardData> = {}): Promise<OrderCardData> {
      const order = cardOrder(facts);
      orders.orders.set(order.id, order);
      await staff.tell("order.confirmed", order, null);
      return order;
    },
    /** The card of an order, opened in this chat by this person: below the alert of it alone, or of several that came as one message. */
    async card(who: TeamPerson, chatId: number, order: OrderCardData) {
      const data = `wo:${order.id}`;
      const alert = () =>
        chats.fromBot(chatId).findLast(({ buttons }) => buttons.flat().some((one) => one.data === data));
      const { messageId } = await waitFor(alert, { what: `the alert of ${order.number} in ${chatId}` });
      await chats.tap(who, chatId, messageId, { data });
      return chats.sees(chatId, new RegExp(`^🧾 Order ${order.number}`));
    },
    /** A group in which an admin has written `/admin here`. */
    async alerted(boss: TeamPerson, others: readonly TeamPerson[], facts: object = {}): Promise<number> {
      const id = await group([boss, ...others], facts);
      await chats.write(id, boss, "/admin here");
      await chats.sees(id, /Alerts of the shop come here/);
      return id;
    },
  };
};

export type OpenTeam = Awaited<ReturnType<typeof openTeam>>;
