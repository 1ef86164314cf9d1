import type { StaffOrder } from "../../shared/contracts/internal-api.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { LIFE_MS } from "../domain/delivery.ts";
import type { StaffCardNotice } from "../domain/order-notice.ts";
import type { StaffMove } from "../domain/staff-card.ts";
import type { AnnounceDelivery, DeliveryStore } from "./delivery-ports.ts";
import type { GroupStore } from "./group-ports.ts";
import type { AuthService } from "./ports.ts";
import type { Acting } from "./shop-ports.ts";
import type { OrderStep, SeenOrder, StaffOrderDesk } from "./staff-order-ports.ts";

export interface StaffOrdersDeps {
  readonly orders: StaffOrderDesk;
  readonly users: Pick<AuthService, "findUser">;
  readonly groups: Pick<GroupStore, "find">;
  /** Puts deliveries into the queue, all or none. */
  readonly enqueue: DeliveryStore["enqueue"];
  readonly announce: AnnounceDelivery;
  /** Something waits to be sent. */
  readonly wake: () => void;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Where one of the shop's people does something, and what names it once and for all, however often Telegram delivers it. */
export interface StaffAsk {
  /** A person's own chat, or a group: then it is negative. */
  readonly chatId: number;
  /** `tg-<callback query id>` or the like: a key of idempotency. */
  readonly key: string;
  readonly orderId: string;
}

/** A tap below a card: the version that the card showed, and whether that message is too old to act by. */
export interface StaffTap extends StaffAsk {
  readonly version: number;
  readonly stale: boolean;
}

/** Who did something to an order: one of the shop's people (empty where the name is not known), its buyer, or nobody. */
export type Doer = { readonly kind: "staff"; readonly name: string } | { readonly kind: "user" | "system" };

/**
 * What came of a tap. `overtaken`: somebody else was first, and it is said who did what; the card is shown as it is now. `refreshed`: it was
 * out of date, and is shown anew.
 */
export type StaffTapResult =
  /** `owner`: the name of somebody else who has claimed it. */
  | { readonly kind: "done"; readonly order: StaffOrder; readonly owner: string | null }
  | { readonly kind: "overtaken"; readonly by: Doer; readonly what: string }
  | { readonly kind: "refreshed" | "not-possible" };

const nameOf = async ({ users }: StaffOrdersDeps, userId: string | null): Promise<string> => {
  // A name is only said: what was done stands, whether or not auth answers.
  const user = userId === null ? null : await users.findUser(userId).catch(() => null);
  return user?.name ?? "";
};

/** Whose card it is: the person's, or the group's. Null for a group that alerts do not go to (any more). */
const holderOf = async ({ groups }: StaffOrdersDeps, as: Acting, chatId: number): Promise<string | null> => {
  if (chatId > 0) return as.userId;
  const group = await groups.find(chatId);
  return group?.isActive === true ? group.groupId : null;
};

/**
 * Puts the card into the chat's own queue, in the order that the news of the order come in: so there is one card of an order, and it never
 * moves back. Anew: at the end of the chat. False where the chat gets no cards.
 */
const showCard = async (
  deps: StaffOrdersDeps,
  as: Acting,
  order: StaffOrder,
  { chatId, key, anew }: Pick<StaffAsk, "chatId" | "key"> & { readonly anew: boolean },
): Promise<boolean> => {
  const userId = await holderOf(deps, as, chatId);
  if (userId === null) return false;
  const now = deps.clock.now();
  const { id: orderId, number, version } = order;
  const card: StaffCardNotice = { template: "staff-card", orderId, number, version };
  const stored = await deps.enqueue(
    [
      {
        id: deps.newId(),
        dedupeKey: `asked:${key}:${orderId}:staff`,
        class: "transactional",
        userId,
        notice: anew ? { ...card, anew } : card,
        expiresAt: new Date(now.getTime() + LIFE_MS.transactional),
      },
    ],
    now,
  );
  deps.wake();
  for (const delivery of stored) deps.announce(delivery);
  return true;
};

const done = async (deps: StaffOrdersDeps, as: Acting, order: StaffOrder): Promise<StaffTapResult> => {
  const { claim } = order;
  const isOthers = claim !== null && claim.by !== as.userId;
  return { kind: "done", order, owner: isOthers ? await nameOf(deps, claim.by) : null };
};

/** What people and the saga have done to the order itself: notes about its stock and its payment name nobody. */
const lastStep = (steps: readonly OrderStep[]): OrderStep | undefined =>
  steps.findLast(({ actor, what }) => actor.kind !== "system" || what === "confirmed" || what === "rejected");

/** The order is not as the card showed it. By this very tap, delivered once before; or by somebody else, who is named. */
const overtaken = async (
  deps: StaffOrdersDeps,
  as: Acting,
  tap: StaffTap,
  wanted: string | null,
): Promise<StaffTapResult> => {
  const [order, steps] = await Promise.all([
    deps.orders.read(as, tap.orderId),
    deps.orders.timeline(as, tap.orderId),
  ]);
  const last = lastStep(steps);
  const isOwn = last?.actor.id === as.userId && last.what === wanted && order.version === tap.version + 1;
  if (isOwn) return done(deps, as, order);
  await showCard(deps, as, order, { ...tap, anew: false });
  if (last === undefined) return { kind: "refreshed" };
  const { kind, id } = last.actor;
  const by: Doer = kind === "staff" ? { kind, name: await nameOf(deps, id) } : { kind };
  return { kind: "overtaken", by, what: last.what };
};

const shownAnew = async (deps: StaffOrdersDeps, as: Acting, tap: StaffTap): Promise<StaffTapResult> => {
  await showCard(deps, as, await deps.orders.read(as, tap.orderId), { ...tap, anew: true });
  return { kind: "refreshed" };
};

/** Acts on the version that the card showed, and on no other: of several who tap at once one acts. `wanted`: the word of the timeline for it. */
const act = async (
  deps: StaffOrdersDeps,
  as: Acting,
  tap: StaffTap,
  { wanted, work }: { wanted: string; work: (order: SeenOrder) => Promise<StaffOrder> },
): Promise<StaffTapResult> => {
  if (tap.stale) return shownAnew(deps, as, tap);
  try {
    return await done(deps, as, await work({ id: tap.orderId, version: tap.version }));
  } catch (error) {
    if (!isKioskError(error, "VERSION_MISMATCH")) throw error;
    return overtaken(deps, as, tap, wanted);
  }
};

/** What the shop's people do with orders from their cards, each by the routes of orders and by the rights of who has tapped. */
export const createStaffOrders = (deps: StaffOrdersDeps) => {
  const { orders } = deps;
  return {
    /** Shows the card at the end of the chat. False where that is a group that gets none. Fails with `NOT_FOUND`. */
    async open(as: Acting, ask: StaffAsk): Promise<boolean> {
      return showCard(deps, as, await orders.read(as, ask.orderId), { ...ask, anew: true });
    },

    /** The order below whose card something is asked. `to`: what it is asked for, if orders allows it now. */
    async look(as: Acting, tap: StaffTap, to: StaffMove | null): Promise<StaffTapResult> {
      if (tap.stale) return shownAnew(deps, as, tap);
      const order = await orders.read(as, tap.orderId);
      if (order.version !== tap.version) return overtaken(deps, as, tap, null);
      if (to !== null && !order.nextStatuses.includes(to)) return { kind: "not-possible" };
      return done(deps, as, order);
    },

    move: (as: Acting, tap: StaffTap, to: StaffMove, reason: string | null = null) =>
      act(deps, as, tap, {
        wanted: to,
        work: (order) => orders.move(as, order, { to, reason, idempotencyKey: tap.key }),
      }),
    claim: (as: Acting, tap: StaffTap) =>
      act(deps, as, tap, { wanted: "claimed", work: (order) => orders.claim(as, order) }),
    release: (as: Acting, tap: StaffTap) =>
      act(deps, as, tap, { wanted: "claim-released", work: (order) => orders.release(as, order) }),

    /** Who has claimed the order, by name; null for nobody. */
    async owner(as: Acting, orderId: string): Promise<string | null> {
      const { claim } = await orders.read(as, orderId);
      return claim === null ? null : nameOf(deps, claim.by);
    },
  };
};

export type StaffOrders = ReturnType<typeof createStaffOrders>;
