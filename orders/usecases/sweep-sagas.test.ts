import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { systemClock } from "../../shared/kernel/clock.ts";
import { silentLogger } from "../../shared/testing/silent-logger.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { evolve } from "../domain/saga.ts";
import { initialSaga, type SagaState } from "../domain/saga-state.ts";
import { presentOutcome } from "../http/present.ts";
import { mortal } from "../testing/mortal-life.ts";
import {
  type Answer,
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";
import { anOrder } from "../testing/snapshots.ts";
import { SAGA_ALARM_ATTEMPTS } from "./advance-saga.ts";
import type { OrderStore } from "./ports.ts";
import { sweepSagas } from "./sweep-sagas.ts";

let shop: OrdersUnderTest;
beforeAll(async () => {
  shop = await ordersUnderTest();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

/** A fresh instance takes over what another one left. */
const recover = async (orderId: string): Promise<void> => {
  const fresh = shop.anotherInstance();
  await shop.makeSagasDue();
  await fresh.start();
  await waitFor(async () => (await shop.sagaOf(orderId)).finished, { what: "the saga to be finished" });
  await fresh.stop();
};

const statusOf = async (as: Person, orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}`, { as })).body.status;

const eventTypes = async (orderId: string) => (await shop.eventsOf(orderId)).map(({ type }) => type);

/** Repeats a scenario with the instance dying one moment later each time, until it survives it. Answers how often it died. */
const dieAtEveryMoment = async (scenario: (moment: number) => Promise<boolean>): Promise<number> => {
  for (let moment = 1; ; moment += 1) {
    if (!(await scenario(moment))) return moment - 1;
  }
};

/** The buyer's orders: one at most is expected in these scenarios. */
const onlyOrder = async (as: Person): Promise<string | undefined> => {
  const { body } = await shop.call("GET", "/v1/orders", { as });
  expect(body.items.length).toBeLessThanOrEqual(1);
  return body.items[0]?.id;
};

describe("an instance that dies at any moment", () => {
  const placeAt = async (moment: number, sku: string, buyer: Person) => {
    const life = mortal(moment);
    const options = {
      as: buyer,
      body: { lines: [{ sku, quantity: 1 }] },
      headers: { "idempotency-key": "one" },
    };
    await shop.callAt(shop.anotherInstance(life), "POST", "/v1/orders", options);
    const orderId = await onlyOrder(buyer);
    if (orderId !== undefined) await recover(orderId);
    const retry = await shop.call("POST", "/v1/orders", options);
    return { died: life.dead, orderId, retry };
  };

  test("while placing an order leaves either nothing or an order that gets confirmed, once", async () => {
    const deaths = await dieAtEveryMoment(async (moment) => {
      const buyer = shop.person();
      const sku = `DIE-${moment}`;
      shop.sell(sku, 5);
      const { died, orderId, retry } = await placeAt(moment, sku, buyer);
      expect([201, 202]).toContain(retry.status);
      if (orderId !== undefined) expect(retry.body.id).toBe(orderId);
      expect(await statusOf(buyer, retry.body.id)).toBe("confirmed");
      expect(await eventTypes(retry.body.id)).toEqual(["order.created", "order.confirmed"]);
      expect([shop.inventory.hold(retry.body.id), shop.inventory.available(sku)]).toEqual(["held", 4]);
      return died;
    });
    expect(deaths).toBeGreaterThanOrEqual(5);
  });

  test("while placing an order that cannot be had leaves it rejected, and nothing is held", async () => {
    const deaths = await dieAtEveryMoment(async (moment) => {
      const buyer = shop.person();
      const sku = `DIE-SHORT-${moment}`;
      shop.sell(sku, 0);
      const { died, retry } = await placeAt(moment, sku, buyer);
      expect([retry.status, retry.body.code]).toEqual([409, "OUT_OF_STOCK"]);
      expect(await eventTypes(retry.body.orderId)).toEqual(["order.created", "order.rejected"]);
      expect(shop.inventory.hold(retry.body.orderId)).not.toBe("held");
      return died;
    });
    expect(deaths).toBeGreaterThanOrEqual(5);
  });

  test("after storing an order tells a client without a key that it is open, so that nobody orders twice", async () => {
    shop.sell("DIE-UNKEYED", 5);
    const buyer = shop.person();
    // The moments of storing the order and of asking for its stock pass; the next transaction is the one that confirms.
    const instance = shop.anotherInstance(mortal(5));
    const options = { as: buyer, body: { lines: [{ sku: "DIE-UNKEYED", quantity: 1 }] } };
    const { status, body } = await shop.callAt(instance, "POST", "/v1/orders", options);
    expect([status, body.status]).toEqual([202, "pending"]);
    await recover(body.id);
    expect(await statusOf(buyer, body.id)).toBe("confirmed");
  });

  const moveAt = async (
    moment: number,
    sku: string,
    move: (at: ReturnType<OrdersUnderTest["anotherInstance"]>, orderId: string) => Promise<Answer>,
    prepare: (orderId: string) => Promise<unknown> = async () => undefined,
  ) => {
    const buyer = shop.person();
    shop.sell(sku, 5);
    const placed = await shop.place(buyer, [{ sku, quantity: 1 }]);
    await prepare(placed.body.id);
    const life = mortal(moment);
    await move(shop.anotherInstance(life), placed.body.id);
    await recover(placed.body.id);
    return { died: life.dead, orderId: placed.body.id, status: await statusOf(buyer, placed.body.id) };
  };

  test("while cancelling an order leaves it either as it was or cancelled with its stock given back", async () => {
    const staff = shop.person("staff");
    const deaths = await dieAtEveryMoment(async (moment) => {
      const sku = `DIE-CANCEL-${moment}`;
      const { died, orderId, status } = await moveAt(moment, sku, (at, id) =>
        shop.callAt(at, "POST", `/v1/orders/${id}/cancel`, { as: staff, body: {} }),
      );
      const expected: unknown[] = status === "cancelled" ? ["released", 5] : ["held", 4];
      const found: unknown[] = [shop.inventory.hold(orderId), shop.inventory.available(sku)];
      expect(found).toEqual(expected);
      expect(["cancelled", "confirmed"]).toContain(String(status));
      return died;
    });
    expect(deaths).toBeGreaterThanOrEqual(5);
  });

  test("while shipping an order leaves it either packed or shipped with its stock fulfilled", async () => {
    const staff = shop.person("staff");
    const deaths = await dieAtEveryMoment(async (moment) => {
      const toStatus = (status: string) => ({ as: staff, body: { status } });
      const { died, orderId, status } = await moveAt(
        moment,
        `DIE-SHIP-${moment}`,
        (at, id) => shop.callAt(at, "PATCH", `/v1/orders/${id}/status`, toStatus("shipped")),
        (id) => shop.call("PATCH", `/v1/orders/${id}/status`, toStatus("packed")),
      );
      expect(["packed", "shipped"]).toContain(String(status));
      expect(shop.inventory.hold(orderId)).toBe(status === "shipped" ? "fulfilled" : "held");
      return died;
    });
    expect(deaths).toBeGreaterThanOrEqual(5);
  });
});

describe("the sweeper", () => {
  test("confirms an order whose stock was held while the answer got lost", async () => {
    shop.sell("S-LOST", 1);
    const buyer = shop.person();
    shop.inventory.failNext("PUT", "after", 2);
    const { status, body } = await shop.place(buyer, [{ sku: "S-LOST", quantity: 1 }]);
    expect(status).toBe(202);
    await recover(body.id);
    expect(await statusOf(buyer, body.id)).toBe("confirmed");
    expect(shop.inventory.available("S-LOST")).toBe(0);
  });

  test("forbids a late hold when it rejects an order that was asked for twice", async () => {
    shop.sell("S-TWICE", 0);
    const buyer = shop.person();
    shop.inventory.failNext("PUT", "before", 2);
    const { body } = await shop.place(buyer, [{ sku: "S-TWICE", quantity: 1 }]);
    await recover(body.id);
    expect(await statusOf(buyer, body.id)).toBe("rejected");
    expect(shop.inventory.hold(body.id)).toBe("released");
  });

  test("shares the work between instances: each step is asked for once", async () => {
    // A shop of its own, and few enough failures that no breaker opens.
    const own = await ordersUnderTest();
    own.sell("S-SHARE", 100);
    const buyer = own.person();
    const placing = Array.from({ length: 10 }, () => {
      own.inventory.failNext("PUT", "before", 2);
      return own.place(buyer, [{ sku: "S-SHARE", quantity: 1 }]);
    });
    const ids = (await Promise.all(placing)).map(({ body }) => body.id);
    const instances = [own.anotherInstance(), own.anotherInstance()];
    await own.makeSagasDue();
    await Promise.all(instances.map((instance) => instance.start()));
    await waitFor(async () => {
      const sagas = await Promise.all(ids.map((id) => own.sagaOf(id)));
      return sagas.every(({ finished }) => finished);
    });
    // Twice by the request that placed it, then once.
    expect(own.inventory.calls.length).toBe(30);
    expect(own.inventory.available("S-SHARE")).toBe(90);
    await own.close();
  });

  test("bot-16: tells others once of an order that does not get on, however often its step is asked for afterwards", async () => {
    const own = await ordersUnderTest();
    try {
      own.sell("S-STUCK", 1);
      own.inventory.failNext("PUT", "before", 1_000);
      const { body } = await own.place(own.person(), [{ sku: "S-STUCK", quantity: 1 }]);
      const almost = SAGA_ALARM_ATTEMPTS - 1;
      await own.database.db.execute(
        sql`update saga set attempts = ${almost} where order_id = ${body.id}::uuid`,
      );
      const sweeper = own.anotherInstance();
      await sweeper.start();
      const asked = async () => {
        await own.makeSagasDue();
        return (await own.sagaOf(body.id)).attempts > SAGA_ALARM_ATTEMPTS + 1;
      };
      await waitFor(asked, { what: "two more attempts", timeoutMs: 30_000 });
      const told = (await own.eventsOf(body.id)).filter(({ type }) => type === "saga.stuck");
      expect(told.map(({ data }) => data)).toEqual([
        { orderId: body.id, number: body.number, step: "reserving", attempts: SAGA_ALARM_ATTEMPTS },
      ]);
    } finally {
      await own.close();
    }
  });

  test("goes on with an order that does not get on, and says that a person should look", async () => {
    const placed = evolve(initialSaga, { type: "placed", prepaid: false });
    const stuck: SagaState = { ...placed, attempts: SAGA_ALARM_ATTEMPTS - 1 };
    const order = anOrder();
    const claimDue: OrderStore["claimDue"] = async () => [
      { orderId: order.id, saga: stuck, origin: { requestId: "placing" } },
    ];
    const change: OrderStore["change"] = async (_orderId, decide) =>
      decide({ order, saga: stuck, requestId: "r" }).result;
    const log = silentLogger();
    const asked: unknown[] = [];
    const origins: string[] = [];
    const sweep = sweepSagas({
      orders: { claimDue, change },
      present: presentOutcome,
      clock: systemClock,
      stopping: new AbortController().signal,
      log,
      onBehalfOf({ requestId }, work) {
        origins.push(requestId);
        return work();
      },
      async advance({ ask }) {
        asked.push(ask);
        throw new Error("the database is away");
      },
    });
    expect(await sweep()).toBe(1);
    expect(origins).toEqual(["placing"]);
    expect(asked).toEqual([{ kind: "reserve-stock", version: placed.version + 1, ttlSeconds: null }]);
    expect(log.lines.map(({ fields }) => fields.orderId)).toEqual([order.id, order.id]);
    expect(log.lines[0]?.fields).toMatchObject({ step: "reserving", attempts: SAGA_ALARM_ATTEMPTS });
  });
});
