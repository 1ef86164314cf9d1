import type { UserSnapshot } from "../../shared/contracts/events.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { userSnapshot } from "./fake-auth.ts";
import { openChat } from "./open-chat.ts";
import type { OpenNotifyOptions } from "./open-notify.ts";

/** A clock that runs as the system's does, with jumps. */
export const jumpingClock = () => {
  let aheadMs = 0;
  const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
  return {
    clock,
    jump(ms: number) {
      aheadMs += ms;
    },
  };
};

/** A notify with an admin in their chat, a shop with stock of `MUG` behind it, and more people of the shop. */
export const openStaff = async (
  options: OpenNotifyOptions & { readonly account?: Partial<UserSnapshot>; readonly language?: string } = {},
) => {
  const chat = await openChat({ ...options, account: { role: "admin", name: "Ada", ...options.account } });
  const { people, auth, inventory } = chat;
  inventory.stock("MUG", 7);

  /** Another one of the shop's people, with a chat of their own. */
  const hire = async (facts: Partial<UserSnapshot> = {}) => {
    const person = await people.started();
    const user = userSnapshot({ telegramUserId: person.id, phone: person.phone, role: "admin", ...facts });
    auth.users.set(user.id, user);
    return { ...person, user };
  };
  const cardIn = (personId: number) => people.hears(personId, /On hand: \d+/);
  const cardOf = async (sku: string) => {
    await chat.say(`/stock ${sku}`);
    return cardIn(chat.person.id);
  };
  const messageText = (messageId: number) =>
    chat.inbox().find((message) => message.messageId === messageId)?.text ?? "";
  return {
    ...{ ...chat, hire, cardIn, cardOf, messageText },
    becomes: (messageId: number, pattern: RegExp) =>
      waitFor(() => pattern.test(messageText(messageId)), { what: `a card like ${pattern}` }),
    /** Answers a message of the bot. */
    answer: (replyToMessageId: number, text: string) =>
      people.control("POST", `/people/${chat.person.id}/messages`, { text, replyToMessageId }),
  };
};
