import type { EventData, EventType, OrderSnapshot, UserSnapshot } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Notification } from "../usecases/feed-message.ts";
import { userSnapshot } from "./fake-auth.ts";
import { envelopeOf, type OpenNotifyOptions, openNotify } from "./open-notify.ts";

type Status = OrderSnapshot["status"];
type OrderEventType = Exclude<Extract<EventType, `order.${string}`>, "order.created">;

/** An order of the user as an event tells of it. */
export const orderOf = (user: UserSnapshot, facts: Partial<OrderSnapshot> = {}): OrderSnapshot => {
  const price = { amountMinor: 1299, currency: "EUR" };
  const line = { id: newId(), sku: "MUG", productId: newId(), name: "Mug <blue> & white" };
  return {
    id: newId(),
    number: "K-1001",
    userId: user.id,
    status: "confirmed",
    version: 2,
    lines: [{ ...line, quantity: 2, unitPrice: price, lineTotal: { amountMinor: 2598, currency: "EUR" } }],
    total: { amountMinor: 2598, currency: "EUR" },
    createdAt: "2026-01-01T12:00:00.000Z",
    ...facts,
  };
};

export const dataOf = (
  order: OrderSnapshot,
  previousStatus: Status | null,
): EventData<"order.confirmed"> => ({
  order,
  previousStatus,
  actor: { kind: "system", id: null },
  reason: null,
});

/** A notify with a buyer who has started the bot, and the means to tell news of their orders. */
export const openShop = async (options: OpenNotifyOptions = {}) => {
  const notify = await openNotify(options);
  const { people, publish, call } = notify;
  const person = await people.started();
  const buyer = userSnapshot({ telegramUserId: person.id, phone: person.phone });
  const news =
    (type: OrderEventType) =>
    async (order: OrderSnapshot, previousStatus: Status | null, id = newId(), reason: string | null = null) =>
      publish(
        envelopeOf(
          type,
          order.id,
          { ...dataOf(order, previousStatus), reason },
          { id, sequence: order.version },
        ),
      );
  /** Past the greeting. */
  const inbox = () => people.fromBot(person.id).slice(1);
  const staff = `staff.${newId()}`;
  const list = async (as = staff, query = ""): Promise<(Notification & { text: string })[]> => {
    const response = await call("GET", `/v1/notifications${query}`, { as });
    return ((await response.json()) as { items: (Notification & { text: string })[] }).items;
  };
  const settled = (count: number) =>
    waitFor(
      async () => {
        const items = await list();
        const done = items.filter(({ state }) => state !== "pending" && state !== "sending");
        return done.length >= count && items;
      },
      { what: `${count} settled deliveries` },
    );
  const known = async (user: UserSnapshot) =>
    publish(envelopeOf("user.created", user.id, { user }, { sequence: user.version }));
  return {
    ...notify,
    ...{ person, buyer, inbox, list, settled, known, staff },
    confirmed: news("order.confirmed"),
    rejected: news("order.rejected"),
    cancelled: news("order.cancelled"),
    changed: news("order.status-changed"),
    linesChanged: news("order.lines-changed"),
  };
};
