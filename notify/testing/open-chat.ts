import { sql } from "drizzle-orm";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { ShopOrder } from "../usecases/shop-ports.ts";
import { userSnapshot } from "./fake-auth.ts";
import { shopOrder } from "./fake-shop.ts";
import { envelopeOf, type OpenNotifyOptions, openNotify } from "./open-notify.ts";

/** A notify with a customer who has an account and an open chat, and scripted services behind it. */
export const openChat = async (
  options: OpenNotifyOptions & { readonly account?: Partial<UserSnapshot>; readonly language?: string } = {},
) => {
  const notify = await openNotify(options);
  const { people, shop, sandbox } = notify;
  const person = await people.started(options.language === undefined ? {} : { language: options.language });
  const user = userSnapshot({
    telegramUserId: person.id,
    phone: person.phone,
    language: options.language ?? "en",
    ...options.account,
  });
  notify.auth.users.set(user.id, user);
  const answers = () =>
    sandbox
      .outbox()
      .filter(({ method, status }) => method === "answerCallbackQuery" && status === 200)
      .map(({ params }) => String(params.text ?? ""));
  const inbox = () => people.fromBot(person.id);
  const labelsOf = (messageId: number | undefined) =>
    inbox()
      .find((message) => message.messageId === messageId)
      ?.buttons.flat()
      .map(({ label }) => label);
  return {
    ...notify,
    ...{ person, user, answers, inbox, labelsOf },
    say: (text: string) => people.say(person.id, text),
    hears: (pattern: RegExp) => people.hears(person.id, pattern),
    /** notify has heard of the account. */
    async known(facts: Partial<UserSnapshot> = {}) {
      const news = { ...user, ...facts };
      const type = news.version === 1 ? "user.created" : "user.updated";
      await notify.publish(envelopeOf(type, user.id, { user: news }, { sequence: news.version }));
      const isKnown = async () => {
        const { rows } = await notify.database.db.execute(
          sql`select 1 from chat where user_id = ${user.id}::uuid and user_version = ${news.version}`,
        );
        return rows.length > 0;
      };
      await waitFor(isKnown, { what: "the account to be known" });
    },
    order(facts: Partial<ShopOrder> = {}): ShopOrder {
      const order = shopOrder({ userId: user.id, ...facts });
      shop.orders.set(order.id, order);
      return order;
    },
    /** The order's card, which the person has asked for. */
    async card(order: ShopOrder) {
      await people.start(person.id, `o_${order.id}`);
      return people.hears(person.id, new RegExp(`Order ${order.number}`));
    },
    /** Taps, and answers what was said to it. */
    async tap(messageId: number | undefined, what: { label: string } | { data: string }): Promise<string> {
      const before = answers().length;
      await people.tap(person.id, { messageId, ...what });
      await waitFor(() => answers().length > before, { what: "the answer to the tap" });
      return answers()[before] ?? "";
    },
    buttonsBecome: (messageId: number, labels: readonly string[]) =>
      waitFor(() => labelsOf(messageId)?.join() === labels.join(), { what: `buttons ${labels.join()}` }),
  };
};
