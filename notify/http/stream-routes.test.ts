import { describe, expect, test } from "bun:test";
import { STREAMS_PER_PERSON_MAX } from "../../shared/http/stream-places.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { closedAfterEach } from "../../shared/testing/closed-after-each.ts";
import { readSse } from "../../shared/testing/sse-reader.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { userSnapshot } from "../testing/fake-auth.ts";
import { envelopeOf, openNotify } from "../testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

interface Item {
  readonly id: string;
  readonly userId: string;
  readonly state: string;
  readonly subject: string;
}

/** Two customers, one of whom has Telegram. */
const open = async () => {
  const notify = await openOne();
  const person = await notify.people.started();
  const ada = userSnapshot({ telegramUserId: person.id });
  const bob = userSnapshot();
  for (const user of [ada, bob]) await notify.publish(envelopeOf("user.created", user.id, { user }));
  /** Answers the order's id when what is said of it has come to an end. */
  const order = async (user: typeof ada) => {
    const id = newId();
    const total = { amountMinor: 100, currency: "EUR" };
    const createdAt = "2026-01-01T12:00:00.000Z";
    const snapshot = {
      id,
      number: "K-1",
      userId: user.id,
      status: "confirmed" as const,
      version: 2,
      lines: [],
    };
    await notify.publish(
      envelopeOf("order.confirmed", id, {
        order: { ...snapshot, total, createdAt },
        previousStatus: "pending",
        actor: { kind: "system", id: null },
        reason: null,
      }),
    );
    const ended = async () => {
      const response = await notify.call("GET", "/v1/notifications", { as: `customer.${user.id}` });
      const { items } = (await response.json()) as { items: Item[] };
      return items.some(({ subject, state }) => subject === id && state !== "pending" && state !== "sending");
    };
    await waitFor(ended, { what: "the end of the delivery" });
    return id;
  };
  const follow = async (as: string, lastEventId?: string | null, query = "") => {
    const headers = lastEventId ? { "last-event-id": lastEventId } : {};
    const response = await notify.call("GET", `/v1/notifications/stream${query}`, { as, headers });
    const stream = readSse(response);
    await waitFor(() => response.status !== 200 || stream.lastEventId() !== null, { what: "the first id" });
    const items = () =>
      stream.messages.flatMap(({ event, data }) => (event === "notification" ? [data as Item] : []));
    const resyncs = () => stream.messages.filter(({ event }) => event === "resync").length;
    const stateOf = (orderId: string) => items().findLast(({ subject }) => subject === orderId)?.state;
    return { ...stream, response, items, resyncs, stateOf };
  };
  return { ...notify, ada, bob, order, follow, asAda: `customer.${ada.id}`, staff: `staff.${newId()}` };
};

describe("GET /v1/notifications/stream", () => {
  test("tells customers what becomes of their own deliveries only", async () => {
    const { ada, bob, order, follow, asAda } = await open();
    const stream = await follow(asAda);
    expect(stream.response.headers.get("content-type")).toContain("text/event-stream");
    await order(bob);
    const id = await order(ada);
    await waitFor(() => stream.stateOf(id) === "sent", { what: "the delivery" });
    expect(new Set(stream.items().map(({ userId }) => userId))).toEqual(new Set([ada.id]));
    expect(stream.items().map(({ state }) => state)).not.toContain("sending");
    await stream.leave();
  });

  test("tells staff of alerts even when no admin has a chat", async () => {
    const { follow, staff, publish } = await open();
    const stream = await follow(staff, null, "?feed=admin");
    await publish(envelopeOf("stock.low", "MUG", { sku: "MUG", available: 0, threshold: 5, version: 3 }));
    const alert = await waitFor(() => stream.messages.find(({ event }) => event === "alert"));
    expect(alert.data).toMatchObject({
      template: "stock-low",
      subject: "MUG",
      text: "🚫 MUG is out of stock (threshold 5).",
    });
    await stream.leave();
  });

  test("keeps the admin feed from customers", async () => {
    const { call, asAda } = await open();
    expect((await call("GET", "/v1/notifications/stream?feed=admin", { as: asAda })).status).toBe(403);
  });

  test("gives one person so many streams and no more, until one ends", async () => {
    const { call, follow, asAda } = await open();
    const streams = await Promise.all(Array.from({ length: STREAMS_PER_PERSON_MAX }, () => follow(asAda)));
    const refused = await call("GET", "/v1/notifications/stream", { as: asAda });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
    await streams[0]?.leave();
    const next = await follow(asAda);
    expect(next.response.status).toBe(200);
    await Promise.all([next, ...streams].map((stream) => stream.leave()));
  });
});

describe("a reader of notifications who comes back", () => {
  test("gets what it missed and then what happens", async () => {
    const { ada, order, follow, asAda } = await open();
    const first = await follow(asAda);
    await first.leave();
    const missed = await order(ada);
    const second = await follow(asAda, first.lastEventId());
    await waitFor(() => second.stateOf(missed) === "sent", { what: "what was missed" });
    const live = await order(ada);
    await waitFor(() => second.stateOf(live) === "sent", { what: "what happens" });
    expect(second.resyncs()).toBe(0);
    await second.leave();
  });

  test("is told to read the list again where its id is none of ours", async () => {
    const { ada, order, follow, asAda } = await open();
    const stream = await follow(asAda, "nonsense");
    expect(stream.resyncs()).toBe(1);
    const id = await order(ada);
    await waitFor(() => stream.stateOf(id) === "sent");
    expect(stream.resyncs()).toBe(1);
    await stream.leave();
  });

  test("is told to read the list again on the admin feed: alerts are kept nowhere", async () => {
    const { follow, staff } = await open();
    const first = await follow(staff, null, "?feed=admin");
    expect(first.resyncs()).toBe(0);
    await first.leave();
    const second = await follow(staff, first.lastEventId(), "?feed=admin");
    expect(second.resyncs()).toBe(1);
    await second.leave();
  });
});
