import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { verifyLedger } from "./service.ts";
import { createStockStore } from "./store/stock-store.ts";
import {
  type Answer,
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "./testing/inventory-under-test.ts";
import { type ReservationClient, reservationClient } from "./testing/reservation-client.ts";
import { expireReservations } from "./usecases/expire-reservations.ts";

let shop: InventoryUnderTest;
let clients: readonly [ReservationClient, ReservationClient];
beforeAll(async () => {
  shop = await inventoryUnderTest();
  clients = [shop, reservationClient(shop.sibling())];
  await shop.stock(SKU, TRIALS);
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

const TRIALS = 1_000;
const TRIALS_PER_WAVE = 40;
/** Confirmations that run at once, one order after the other, so that a wave takes about as long as its holds end in. */
const CONFIRMING = 8;
/** A thousand races on a machine that may be busy. */
const TIMEOUT_MS = 60_000;

const SKU = "CLOSE-CALL";
const lines = [{ sku: SKU, quantity: 1 }];

/** Two sweepers that never rest. */
const startSweeping = () => {
  let swept = 0;
  let running = true;
  const sweep = async () => {
    const stock = createStockStore({ database: shop.database, announce: () => undefined });
    const expire = expireReservations({ stock });
    while (running) {
      const expired = await expire();
      swept += expired;
    }
  };
  const loops = Promise.all([sweep(), sweep()]);
  return {
    /** Answers how many holds they have ended. */
    async stop(): Promise<number> {
      running = false;
      await loops;
      return swept;
    },
  };
};

/**
 * Holds that end within 50 ms before or after a moment, which comes in `centreMs`; in the order of their ends, and by
 * the database's clock.
 */
const holdOnTheBrink = async (centreMs: number): Promise<string[]> => {
  const orderIds = Array.from({ length: TRIALS_PER_WAVE }, () => newId());
  await Promise.all(orderIds.map((orderId) => shop.reserve(orderId, lines, 900)));
  const { rows } = await shop.database.db.execute<{ order_id: string }>(
    `with ended as (
       update reservation set expires_at = now() + (${centreMs} + random() * 100 - 50) * interval '1 millisecond'
       where order_id in (${orderIds.map((id) => `'${id}'`).join(", ")}) returning order_id, expires_at
     ) select order_id from ended order by expires_at`,
  );
  return rows.map((row) => row.order_id);
};

const confirmAll = async (orderIds: readonly string[]): Promise<[orderId: string, Answer][]> => {
  const answers: [string, Answer][] = [];
  const left = orderIds.values();
  await Promise.all(
    Array.from({ length: CONFIRMING }, async (_, i) => {
      for (const orderId of left)
        answers.push([orderId, await (clients[i % 2] ?? shop).reserve(orderId, lines, null)]);
    }),
  );
  return answers;
};

/** Wave after wave, each with its middle where the wave before had its own: however fast the machine is, it stays close. */
const runTrials = async (): Promise<Map<string, Answer>> => {
  const answers = new Map<string, Answer>();
  let waveMs = 100;
  while (answers.size < TRIALS) {
    const orderIds = await holdOnTheBrink(waveMs / 2);
    const begunAt = performance.now();
    for (const [orderId, answer] of await confirmAll(orderIds)) answers.set(orderId, answer);
    waveMs = performance.now() - begunAt;
  }
  return answers;
};

/** How each order ended, and whether its one unit was taken back by an expiry. */
const endings = async () => {
  const { rows } = await shop.database.db.execute<{
    order_id: string;
    status: string;
    permanent: boolean;
    expiries: number;
  }>(
    `select order_id, status, expires_at is null as permanent,
       (select count(*)::int from stock_movement as m where m.order_id = r.order_id and m.kind = 'expiry') as expiries
     from reservation as r`,
  );
  return new Map(rows.map((row) => [row.order_id, row]));
};

describe("the end of a hold and its confirmation, within 50 ms of each other", () => {
  test(
    "1,000 times: it is held for ever or it has expired, never both, and both sides are told the same",
    async () => {
      const sweepers = startSweeping();
      const [trials] = await Promise.allSettled([runTrials()]);
      const swept = await sweepers.stop();
      if (trials.status === "rejected") throw trials.reason;
      const answers = trials.value;

      const ended = await endings();
      expect([answers.size, ended.size]).toEqual([TRIALS, TRIALS]);
      let expired = 0;
      for (const [orderId, { status, body }] of answers) {
        const { status: now, permanent, expiries } = ended.get(orderId) ?? {};
        if (status === 200) {
          expect(body).toMatchObject({ status: "held", expiresAt: null });
          expect([now, permanent, expiries]).toEqual(["held", true, 0]);
        } else {
          expired += 1;
          expect([status, body.reservationStatus]).toEqual([409, "expired"]);
          expect([now, permanent, expiries]).toEqual(["expired", false, 1]);
        }
      }
      // It really was a race: both have won, and what the sweepers ended is what the callers were told.
      expect(expired).toBeWithin(1, TRIALS);
      expect(swept).toBe(expired);
      expect((await shop.call("GET", `/v1/stock/${SKU}`)).body).toMatchObject({
        onHand: TRIALS,
        reserved: TRIALS - expired,
      });
      expect((await verifyLedger(shop.database)).differences).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
