import { describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, openNotify } from "./testing/open-notify.ts";

const openOne = closedAfterEach(openNotify);

interface Item {
  id: string;
  userId: string;
  state: string;
  text: string;
  template: string;
}
interface Page {
  items: Item[];
  nextCursor: string | null;
}

/** Two customers with one order each; Ada has Telegram, Bob has none. */
const open = async () => {
  const notify = await openOne();
  const person = await notify.people.started();
  const ada = userSnapshot({ telegramUserId: person.id });
  const bob = userSnapshot();
  const order = async (user: typeof ada) => {
    const id = newId();
    await notify.publish(
      envelopeOf("order.confirmed", id, {
        order: {
          id,
          number: "K-1",
          userId: user.id,
          status: "confirmed",
          version: 2,
          lines: [],
          total: { amountMinor: 100, currency: "EUR" },
          createdAt: "2026-01-01T12:00:00.000Z",
        },
        previousStatus: "pending",
        actor: { kind: "system", id: null },
        reason: null,
      }),
    );
  };
  for (const user of [ada, bob]) await notify.publish(envelopeOf("user.created", user.id, { user }));
  const staff = `staff.${newId()}`;
  const get = async (as: string, query = "", headers: HeadersInit = {}): Promise<Page> =>
    (await (await notify.call("GET", `/v1/notifications${query}`, { as, headers })).json()) as Page;
  const settled = (count: number) =>
    waitFor(async () => {
      const { items } = await get(staff);
      return (
        items.filter(({ state }) => state !== "pending" && state !== "sending").length === count && items
      );
    });
  return { ...notify, ada, bob, staff, order, get, settled, asAda: `customer.${ada.id}` };
};

describe("GET /v1/notifications", () => {
  test("shows customers their own, staff everybody's, and filters by state", async () => {
    const { ada, bob, staff, order, get, settled, asAda } = await open();
    await order(ada);
    await order(bob);
    await settled(2);
    expect((await get(asAda)).items).toMatchObject([
      { userId: ada.id, state: "sent", template: "order-card" },
    ]);
    expect((await get(staff)).items).toHaveLength(2);
    expect((await get(staff, "?state=suppressed")).items).toMatchObject([{ userId: bob.id }]);
  });

  test("pages by cursor without gaps or repeats", async () => {
    const { ada, staff, order, get, settled } = await open();
    for (let n = 0; n < 5; n += 1) await order(ada);
    const all = await settled(5);
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page = await get(staff, `?limit=2&cursor=${cursor}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test("speaks the reader's language", async () => {
    const { ada, order, get, settled, asAda } = await open();
    await order(ada);
    await settled(1);
    expect((await get(asAda)).items[0]?.text).toContain("Confirmed");
    expect((await get(asAda, "", { "accept-language": "ar-EG,en" })).items[0]?.text).toContain("تم التأكيد");
  });

  test("wants a token and sane parameters", async () => {
    const { call, staff } = await open();
    expect((await call("GET", "/v1/notifications")).status).toBe(401);
    for (const query of ["?state=lost", "?limit=101", "?cursor=zzz", "?other=1"])
      expect((await call("GET", `/v1/notifications${query}`, { as: staff })).status).toBe(422);
  });
});

describe("POST /v1/notifications/{id}/retry", () => {
  test("sends again what was lost, for staff only, and never what was sent", async () => {
    const { ada, staff, order, settled, call, asAda, people } = await open();
    await people.fault({ method: "sendMessage", phase: "reset" });
    await order(ada);
    const [lost] = await settled(1);
    expect(lost?.state).toBe("unknown");
    const path = `/v1/notifications/${lost?.id}/retry`;
    expect((await call("POST", path, { as: asAda })).status).toBe(403);
    const response = await call("POST", path, { as: staff });
    expect([response.status, ((await response.json()) as Item).state]).toEqual([200, "pending"]);
    const [again] = await settled(1);
    expect(again?.state).toBe("sent");
    expect((await call("POST", path, { as: staff })).status).toBe(409);
    expect((await call("POST", `/v1/notifications/${newId()}/retry`, { as: staff })).status).toBe(404);
  });
});
