import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { systemClock } from "../../shared/kernel/clock.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { PAYMENT_ATTEMPTS_MAX, type SagaState } from "../domain/saga-state.ts";
import {
  type Answer,
  type OrdersUnderTest,
  ordersUnderTest,
  type Person,
  SET_UP_TIMEOUT_MS,
} from "../testing/orders-under-test.ts";
import { anOrder } from "../testing/snapshots.ts";
import type { OrderChange } from "./ports.ts";
import { retrySaga } from "./retry-saga.ts";

let shop: OrdersUnderTest;
let staff: Person;
beforeAll(async () => {
  shop = await ordersUnderTest();
  staff = shop.person("staff");
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface SagaBody {
  readonly orderId: string;
  readonly step: string;
  readonly version: number;
  readonly attempts: number;
  readonly nextAt: string | null;
}

const retry = (orderId: string, as = staff): Promise<Answer> =>
  shop.call("POST", `/v1/ops/sagas/${orderId}/retry`, { as });
const sagaIn = ({ body }: Answer) => body as unknown as SagaBody;
const statusOf = async (orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}`, { as: staff })).body.status;
const stepsOf = async (orderId: string) =>
  (await shop.call("GET", `/v1/orders/${orderId}/timeline`, { as: staff })).body.items;

/** An order whose stock was asked for in vain: it waits, and longer than this test does. */
const waiting = async (sku: string): Promise<string> => {
  shop.sell(sku, 1);
  shop.inventory.failNext("PUT", "before", 2);
  const { body } = await shop.place(shop.person(), [{ sku, quantity: 1 }]);
  await putOff(body.id);
  return body.id;
};

const putOff = (orderId: string) =>
  shop.database.db.execute(
    sql`update saga set next_at = now() + interval '1 hour' where order_id = ${orderId}`,
  );

const finished = (orderId: string) =>
  waitFor(async () => (await shop.sagaOf(orderId)).finished, { what: "the saga to be finished" });

describe("retrying a saga", () => {
  test("ends its waiting time, says who wanted it, and leaves its state alone", async () => {
    const id = await waiting("T-DUE");
    const before = await shop.sagaOf(id);
    const { rows } = await shop.database.db.execute<{ version: number }>(
      sql`select version from saga where order_id = ${id}`,
    );
    const answer = await retry(id);
    expect(answer.status).toBe(202);
    const saga = sagaIn(answer);
    expect(saga).toMatchObject({ orderId: id, step: "reserving", attempts: before.attempts });
    expect(saga.version).toBe(rows[0]?.version ?? 0);
    const due = await shop.database.db.execute(
      sql`select 1 from saga where order_id = ${id} and next_at <= now()`,
    );
    expect(due.rows).toHaveLength(1);
    expect((await stepsOf(id)).at(-1)).toMatchObject({
      what: "retried",
      actor: { kind: "staff", id: staff.id },
    });
  });

  test("has it taken up again by an instance that runs", async () => {
    const id = await waiting("T-WAKE");
    const own = shop.anotherInstance();
    await own.start();
    const path = `/v1/ops/sagas/${id}/retry`;
    expect((await shop.callAt(own, "POST", path, { as: staff })).status).toBe(202);
    await finished(id);
    await own.stop();
    expect(await statusOf(id)).toBe("confirmed");
  });

  test("of one that somebody works on confirms the order once, whoever gets the answer first", async () => {
    shop.sell("T-BUSY", 1);
    const gate = Promise.withResolvers<void>();
    const own = shop.anotherInstance();
    shop.inventory.holdUp("PUT", "after", gate.promise);
    const before = shop.inventory.calls.length;
    const placing = shop.place(shop.person(), [{ sku: "T-BUSY", quantity: 1 }]);
    const { orderId } = await waitFor(() => shop.inventory.calls[before], { what: "inventory to be asked" });
    expect((await retry(orderId)).status).toBe(202);
    await own.start();
    await waitFor(() => shop.inventory.calls.filter((call) => call.orderId === orderId).length === 2, {
      what: "inventory to be asked again",
    });
    gate.resolve();
    await placing;
    await finished(orderId);
    await own.stop();
    expect(await statusOf(orderId)).toBe("confirmed");
    expect(shop.inventory.available("T-BUSY")).toBe(0);
    const told = (await shop.eventsOf(orderId)).map(({ type }) => type);
    expect(told).toEqual(["order.created", "order.confirmed"]);
  });

  test("many times at once, on several instances, asks no more often than it is claimed", async () => {
    const id = await waiting("T-MANY");
    const instances = [shop.anotherInstance(), shop.anotherInstance()];
    await Promise.all(instances.map((instance) => instance.start()));
    const path = `/v1/ops/sagas/${id}/retry`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        shop.callAt(instances[n % 2] ?? shop.service, "POST", path, { as: staff }),
      ),
    );
    // Whoever comes after the answer finds nothing that waits.
    for (const { status } of answers) expect([202, 409]).toContain(status);
    await finished(id);
    await Promise.all(instances.map((instance) => instance.stop()));
    expect(await statusOf(id)).toBe("confirmed");
    expect((await shop.eventsOf(id)).filter(({ type }) => type === "order.confirmed")).toHaveLength(1);
    const retried = (await stepsOf(id)).filter(({ what }) => what === "retried");
    expect(retried).toHaveLength(answers.filter(({ status }) => status === 202).length);
  });

  test("is refused where nothing waits, and where there is no such order", async () => {
    shop.sell("T-DONE", 1);
    const { body } = await shop.place(shop.person(), [{ sku: "T-DONE", quantity: 1 }]);
    const done = await retry(body.id);
    expect([done.status, done.body.code]).toEqual([409, "CONFLICT"]);
    expect((await stepsOf(body.id)).map(({ what }) => what)).not.toContain("retried");
    expect((await retry(newId())).status).toBe(404);
    expect((await retry("1")).status).toBe(422);
  });
});

describe("the use case", () => {
  const retryOf = (saga: SagaState) => {
    const order = anOrder();
    const changes: OrderChange[] = [];
    let woken = 0;
    const retrying = retrySaga({
      orders: {
        async change(_orderId, decide) {
          const { change, result } = decide({ order, saga, requestId: "r" });
          if (change !== null) changes.push(change);
          return result;
        },
      },
      sagas: { find: async () => null },
      clock: systemClock,
      wakeSweeper: () => {
        woken += 1;
      },
    });
    const failure = retrying({ userId: newId(), role: "staff" }, order.id).then(
      () => null,
      (error: unknown) => error,
    );
    return { changes, failure, woken: () => woken };
  };

  test("makes the saga due as it is, then wakes the sweeper", async () => {
    const saga: SagaState = { step: "voiding", rejection: null, version: 7, attempts: 12 };
    const { changes, failure, woken } = retryOf(saga);
    await failure;
    expect(changes).toMatchObject([{ dueInMs: 0, answer: null, reaction: { saga, asks: [], events: [] } }]);
    expect(woken()).toBe(1);
  });

  test("leaves the last attempt of a payment its time: another look would give the order up", async () => {
    const paying = { step: "paying", version: 5 } as const;
    const last = retryOf({ ...paying, attempts: PAYMENT_ATTEMPTS_MAX });
    expect(await last.failure).toMatchObject({ code: "CONFLICT", details: { retryAfterSeconds: 5 } });
    expect([last.changes.length, last.woken()]).toEqual([0, 0]);
    const earlier = retryOf({ ...paying, attempts: PAYMENT_ATTEMPTS_MAX - 1 });
    await earlier.failure;
    expect([earlier.changes.length, earlier.woken()]).toEqual([1, 1]);
  });
});
