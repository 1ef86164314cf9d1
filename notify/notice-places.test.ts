import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { readSse } from "../shared/testing/sse-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type Notice, withoutPlace } from "./domain/notice.ts";
import { forgetPlaces } from "./store/forget-places.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, openNotify } from "./testing/open-notify.ts";
import { openStore } from "./testing/open-store.ts";

const openOne = closedAfterEach(openNotify);
const PLACE = "203.0.113.7";
const ZONE = "Asia/Tokyo";

interface Item {
  readonly id: string;
  readonly template: string;
  readonly state: string;
  readonly text: string;
}

/** Somebody without Telegram, so that a notice to them can be sent again, and two notices of where they were. */
const open = async () => {
  const notify = await openOne();
  const user = userSnapshot();
  await notify.publish(envelopeOf("user.created", user.id, { user }));
  const [sid, device] = [newId(), "Firefox on Linux"];
  const begun = { sid, userId: user.id, device, place: PLACE, timezone: ZONE };
  const ended = { sid, userId: user.id, device, forgetAfter: new Date().toISOString() };
  const say = async () => {
    await notify.publish(envelopeOf("session.new-device", sid, begun));
    await notify.publish(envelopeOf("session.revoked", sid, { ...ended, reason: "reuse" }));
  };
  const list = async (as: string): Promise<Item[]> =>
    ((await (await notify.call("GET", "/v1/notifications", { as })).json()) as { items: Item[] }).items;
  const settled = (as: string) =>
    waitFor(
      async () => {
        const items = await list(as);
        return items.length === 2 && items.every(({ state }) => state === "suppressed") && items;
      },
      { what: "both notices" },
    );
  return {
    ...notify,
    say,
    settled,
    self: `customer.${user.id}`,
    ownAsStaff: `staff.${user.id}`,
    staff: `staff.${newId()}`,
  };
};

const tellsWhere = ({ text }: Pick<Item, "text">): boolean => /Firefox|203\.0|Tokyo|GMT\+9/.test(text);

describe("auth-24: where somebody signed in, and with what", () => {
  test("is in the list for that person, staff or not, and for nobody else", async () => {
    const { say, settled, self, ownAsStaff, staff } = await open();
    await say();
    expect((await settled(self)).map(tellsWhere)).toEqual([true, true]);
    expect((await settled(ownAsStaff)).map(tellsWhere)).toEqual([true, true]);
    const seen = await settled(staff);
    expect(seen.map(({ template }) => template).toSorted()).toEqual(["new-device", "session-stolen"]);
    expect(seen.filter(tellsWhere)).toEqual([]);
  });

  test("is not in the answer to who has the notice sent again", async () => {
    const { say, settled, staff, call } = await open();
    await say();
    for (const { id } of await settled(staff)) {
      const again = await call("POST", `/v1/notifications/${id}/retry`, { as: staff });
      expect(again.status).toBe(200);
      expect(tellsWhere((await again.json()) as Item)).toBe(false);
    }
  });

  test("is not in the stream of everybody's notifications", async () => {
    const { say, settled, staff, call } = await open();
    const stream = readSse(await call("GET", "/v1/notifications/stream?feed=admin", { as: staff }));
    await waitFor(() => stream.lastEventId() !== null, { what: "the first id" });
    await say();
    await settled(staff);
    const heard = () =>
      stream.messages.flatMap(({ event, data }) => (event === "notification" ? [data as Item] : []));
    await waitFor(() => new Set(heard().map(({ template }) => template)).size === 2, {
      what: "both notices",
    });
    expect(heard().filter(tellsWhere)).toEqual([]);
    await stream.leave();
  });

  test("is forgotten after a time, and the notice stays", async () => {
    const store = await openStore();
    try {
      const { db } = store;
      const at = store.clock.now().toISOString();
      const [userId, sid] = [newId(), newId()];
      const facts = { sid, device: "Firefox on Linux" };
      const notices: Notice[] = [
        { ...facts, template: "new-device", place: PLACE, timezone: ZONE, at },
        { ...facts, template: "session-stolen" },
        { template: "phone-released", userId },
      ];
      await store.enqueue(userId, notices, "transactional");
      const kept = async () => (await store.deliveries.list({ limit: 10 })).map(({ notice }) => notice);
      expect(await forgetPlaces(db, store.clock.now())).toBe(0);
      expect(await kept()).toEqual(notices.toReversed());
      store.clock.advance(1);
      expect(await forgetPlaces(db, store.clock.now())).toBe(2);
      expect(await kept()).toEqual(notices.map(withoutPlace).toReversed());
      expect(await forgetPlaces(db, store.clock.now())).toBe(0);
    } finally {
      await store.close();
    }
  });
});
