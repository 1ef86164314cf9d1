import { sql } from "drizzle-orm";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Evidence, Finding, ProvenPromise, Send, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes } from "./act-notes.ts";
import { withShop } from "./breaking.ts";
import { sellSomethingNew } from "./new-goods.ts";
import { comeIn } from "./newcomers.ts";
import { firstFew } from "./rows.ts";

const NAME = "no-message-sent-twice";
const PATIENCE = { timeoutMs: 30_000, everyMs: 50 } as const;
/** How a buyer's card of an order begins, as the bot writes it. */
const CARD = /^<b>Order ([\w-]+)<\/b>/;

const notesSchema = z.object({ chatId: z.int(), number: z.string(), state: z.string() });
type Notes = z.infer<typeof notesSchema>;

const stateOf = async ({ databases }: ShopUnderProof, orderId: string): Promise<string | null> => {
  const { rows } = await databases.notify.db.execute<{ state: string }>(sql`
    select state from delivery where notice ->> 'template' = 'order-card' and notice ->> 'orderId' = ${orderId}
    order by position limit 1`);
  return rows[0]?.state ?? null;
};

/** Telegram takes a card, and its answer gets lost: nobody knows whether it was sent, and it was. */
const loseAnswer = async ({ sandboxUrl, sandboxToken }: ShopUnderProof, personId: number): Promise<void> => {
  const fault = { method: "sendMessage", personId, textContains: "Order ", count: 1, phase: "after" };
  const answer = await fetch(`${sandboxUrl}/sandbox/api/faults`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-sandbox-token": sandboxToken },
    body: JSON.stringify(fault),
  });
  if (answer.status !== 201) throw new Error(`the sandbox answered ${answer.status} to a fault`);
};

const orderSchema = z.looseObject({ id: z.string(), number: z.string() });

const play = async (shop: ShopUnderProof): Promise<Notes> => {
  const [buyer, sku] = await Promise.all([comeIn(shop, "Edsger"), sellSomethingNew(shop, 1)]);
  await loseAnswer(shop, buyer.personId);
  const key = crypto.randomUUID();
  const { body: order } = await shop.recorded(NAME).expect([201, 202], orderSchema, "/v1/orders", {
    ...{ method: "POST", token: buyer.accessToken, headers: { "idempotency-key": key } },
    body: { lines: [{ sku, quantity: 1 }], note: key },
  });
  const ended = async () => {
    const state = await stateOf(shop, order.id);
    return state !== "pending" && state !== "sending" && state;
  };
  const state = await waitFor(ended, {
    ...PATIENCE,
    what: "the card whose answer was lost to have an outcome",
  });
  return { chatId: buyer.personId, number: order.number, state };
};

/** Cards by chat and order. */
const cardsOf = (sends: readonly Send[], chats: ReadonlySet<number>): ReadonlyMap<string, number> => {
  const cards = new Map<string, number>();
  for (const { chatId, text } of sends) {
    const number = CARD.exec(text)?.[1];
    if (number === undefined || !chats.has(chatId)) continue;
    const card = `${chatId} ${number}`;
    cards.set(card, (cards.get(card) ?? 0) + 1);
  }
  return cards;
};

/**
 * By order: how often nobody knows whether its card was sent. The next news comes as a new one then, for there is none that is known to be
 * edited: only the person could say which of the two there are.
 */
const unknownCards = async ({ databases }: ShopUnderProof): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await databases.notify.db.execute<{ number: string; cards: number }>(sql`
    select notice ->> 'number' as number, count(distinct claim_id)::int as cards from delivery
    where notice ->> 'template' = 'order-card' and state = 'unknown' group by 1`);
  return new Map(rows.map(({ number, cards }) => [number, cards]));
};

const actFindings = (notes: Notes, cards: ReadonlyMap<string, number>): Finding[] => {
  const arrived = cards.get(`${notes.chatId} ${notes.number}`) ?? 0;
  return [
    ...(arrived === 1 ? [] : [finding(`a card whose answer was lost has arrived ${arrived} times`, notes)]),
    ...(notes.state === "unknown" ? [] : [finding("what nobody can know is said to be known", notes)]),
  ];
};

const judge = async (notes: Notes, { shop }: Evidence): Promise<Verdict> => {
  const chats = new Set([notes.chatId, ...shop.buyers.map(({ personId }) => personId)]);
  const cards = cardsOf(shop.sends, chats);
  const unknown = await unknownCards(shop);
  const twice = [...cards].flatMap(([card, count]) => {
    const [chatId, number = ""] = card.split(" ");
    const unknowns = unknown.get(number) ?? 0;
    return count > 1 + unknowns ? [{ chatId, number, count, unknowns }] : [];
  });
  return {
    counted: {
      ...{ messages: shop.sends.length, cards: cards.size },
      ...{ answersLostOnPurpose: 1, ordersWithUnknownCards: unknown.size },
    },
    findings: [
      ...firstFew(twice).map((details) =>
        finding(`the chat of a buyer holds ${details.count} cards of order ${details.number}`, details),
      ),
      ...actFindings(notes, cards),
    ],
  };
};

/** A recipient who has a message has it once, also where nobody knows whether they have it. */
export const noMessageTwice: ProvenPromise = {
  name: NAME,
  says: "No message is sent twice: where Telegram takes one and its answer is lost, its recipient holds exactly one",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A chat holds a second card of one order",
      async breakIt(evidence) {
        const { sends } = evidence.shop;
        const { chatId, number } = notesSchema.parse(evidence.acts[NAME]);
        // The card of the act is one of which nobody knows: only a third is one too many.
        const card = sends.find((send) => send.chatId === chatId && CARD.exec(send.text)?.[1] === number);
        return withShop(evidence, { sends: card === undefined ? sends : [...sends, card, card] });
      },
    },
  ],
};
