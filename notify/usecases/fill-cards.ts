import type { OrderCardData } from "../../shared/contracts/internal-api.ts";
import { may } from "../../shared/contracts/permissions.ts";
import type { Chat } from "../domain/chat.ts";
import type { Notice } from "../domain/notice.ts";
import type { StaffCardNotice } from "../domain/order-notice.ts";
import { addressLines, type CardCustomer, type StaffCardView } from "../domain/staff-card.ts";
import type { ClaimedMessage } from "./delivery-ports.ts";
import type { AuthService } from "./ports.ts";

/** What a card of the shop's people shows, read when it is sent: so it is as new as can be, and nothing of the customer is kept. */
export interface CardOrders {
  /** Null where there is no such order. Fails with `UNAVAILABLE`. */
  readForCard(orderId: string): Promise<OrderCardData | null>;
}

export interface FillCardsDeps {
  readonly cards: CardOrders;
  readonly auth: Pick<AuthService, "findUser">;
  /** Groups are shown who and where the customer is, and what they wrote. */
  readonly groupsShowCustomer: boolean;
}

/** The message with its cards filled in, or why there is nothing to send. */
export type FilledCards =
  | { readonly kind: "filled"; readonly message: ClaimedMessage }
  | { readonly kind: "nothing"; readonly reason: string };
export type FillCards = (message: ClaimedMessage, chat: Chat) => Promise<FilledCards>;

interface Sight {
  readonly address: boolean;
  readonly phone: boolean;
  /** Why an order was cancelled: that may be its buyer's words, as their note is. */
  readonly whyCancelled: boolean;
}

/** What of the customer this chat may see: a group by what the shop has chosen, a person by their role. */
const sightOf = ({ kind, role }: Chat, { groupsShowCustomer }: FillCardsDeps): Sight =>
  kind === "group"
    ? { address: groupsShowCustomer, phone: groupsShowCustomer, whyCancelled: groupsShowCustomer }
    : { address: may(role, "orders.read-all"), phone: may(role, "users.read"), whyCancelled: true };

const customerOf = async (
  { auth }: FillCardsDeps,
  order: OrderCardData,
  sight: Sight,
): Promise<CardCustomer | null> => {
  if (!sight.address) return null;
  const phone = sight.phone ? ((await auth.findUser(order.userId))?.phone ?? null) : null;
  return { address: addressLines(order.address), phone, note: order.note };
};

const viewOf = async (deps: FillCardsDeps, order: OrderCardData, chat: Chat): Promise<StaffCardView> => {
  const { id: orderId, number, status, version, total, claim, claimable, nextStatuses } = order;
  const sight = sightOf(chat, deps);
  const reason = status === "cancelled" && !sight.whyCancelled ? null : order.reason;
  const [owner, customer] = await Promise.all([
    claim === null ? null : deps.auth.findUser(claim.by),
    customerOf(deps, order, sight),
  ]);
  return {
    ...{ orderId, number, status, version, total, reason, claimable, nextStatuses, customer },
    lines: order.lines.map(({ name, quantity, lineTotal }) => ({ name, quantity, lineTotal })),
    claimedBy: claim === null ? null : (owner?.name ?? ""),
  };
};

const mayHaveCards = ({ kind, role }: Chat): boolean => kind === "group" || may(role, "orders.read-all");

const withoutWhy = (notice: Notice): Notice =>
  notice.template === "order-alert" && notice.status === "cancelled" ? { ...notice, reason: null } : notice;

/** The alerts as this chat may read them. */
const alertsFor = (message: ClaimedMessage, { whyCancelled }: Sight): ClaimedMessage =>
  whyCancelled
    ? message
    : {
        ...message,
        deliveries: message.deliveries.map((one) => ({ ...one, notice: withoutWhy(one.notice) })),
      };

/**
 * Reads what the staff cards of a message show to this chat. A role that was taken away meanwhile gets none. Fails with `UNAVAILABLE` while
 * orders or auth are away: the delivery waits.
 */
export const fillCards =
  (deps: FillCardsDeps): FillCards =>
  async (message, chat) => {
    const card = message.deliveries.find(
      (delivery): delivery is typeof delivery & { readonly notice: StaffCardNotice } =>
        delivery.notice.template === "staff-card",
    );
    if (card === undefined) return { kind: "filled", message: alertsFor(message, sightOf(chat, deps)) };
    if (!mayHaveCards(chat)) return { kind: "nothing", reason: "no right to see orders" };
    const order = await deps.cards.readForCard(card.notice.orderId);
    if (order === null) return { kind: "nothing", reason: "no such order" };
    const shown = await viewOf(deps, order, chat);
    const notice: StaffCardNotice = { ...card.notice, version: shown.version, shown };
    // A staff card goes alone (domain/lane.ts).
    return { kind: "filled", message: { ...message, deliveries: [{ ...card, notice }] } };
  };
