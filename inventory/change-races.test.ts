import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import { type Line, sumBySku } from "./domain/allocate.ts";
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
import { runReservationCommands } from "./usecases/run-reservation-commands.ts";

let shop: InventoryUnderTest;
let sibling: ReservationClient;
beforeAll(async () => {
  shop = await inventoryUnderTest();
  sibling = reservationClient(shop.sibling());
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

/** Orders of one race. */
const ORDERS = 60;
/** Of every SKU: enough for all of them. */
const STOCK = 1_000;

interface Race {
  readonly orderIds: readonly string[];
  readonly skus: readonly string[];
  /** What is held to begin with, and what it is to become: more of one SKU, less of another, one gone, one new. */
  readonly before: readonly Line[];
  readonly wanted: readonly Line[];
}

const newRace = async (name: string): Promise<Race> => {
  const [gone, less, more, fresh] = [`${name}-GONE`, `${name}-LESS`, `${name}-MORE`, `${name}-NEW`];
  const line = (sku: string, quantity: number): Line => ({ sku, quantity });
  const before = [line(gone, 1), line(less, 3), line(more, 1)];
  const wanted = [line(less, 1), line(more, 4), line(fresh, 2)];
  const skus = [gone, less, more, fresh];
  for (const sku of skus) await shop.stock(sku, STOCK);
  const orderIds = Array.from({ length: ORDERS }, () => newId());
  await Promise.all(orderIds.map((orderId) => shop.reserve(orderId, before, 900, 1)));
  return { orderIds, skus, before, wanted };
};

/** Every other order asks the other instance first. */
const clientsOf = (i: number): readonly [ReservationClient, ReservationClient] =>
  i % 2 === 0 ? [shop, sibling] : [sibling, shop];

/** Lets two things happen to every order at once, each at another instance, and answers both outcomes of every order. */
const raceAll = (
  { orderIds }: Race,
  one: (client: ReservationClient, orderId: string) => Promise<Answer>,
  other: (client: ReservationClient, orderId: string) => Promise<Answer>,
): Promise<readonly (readonly [string, Answer, Answer])[]> =>
  Promise.all(
    orderIds.map(async (orderId, i) => {
      const [first, second] = clientsOf(i);
      const [a, b] = await Promise.all([one(first, orderId), other(second, orderId)]);
      return [orderId, a, b] as const;
    }),
  );

const record = async (orderId: string) => (await shop.call("GET", `/v1/reservations/${orderId}`)).body;

const level = async (sku: string) => (await shop.call("GET", `/v1/stock/${sku}`)).body;

const expectLedgerAgrees = async () => {
  expect((await verifyLedger(shop.database)).differences).toEqual([]);
};

const change = (wanted: readonly Line[], revision: number) => (client: ReservationClient, orderId: string) =>
  client.reserve(orderId, wanted, null, revision);

describe("a change of lines", () => {
  test("against a release: the order ends, and nothing of either lines stays held", async () => {
    const race = await newRace("RELEASE");
    const outcomes = await raceAll(race, change(race.wanted, 2), (client, id) => client.end(id, "release"));
    for (const [orderId, changed, released] of outcomes) {
      expect(released).toMatchObject({ status: 200, body: { status: "released" } });
      if (changed.status !== 200)
        expect(changed).toMatchObject({ status: 409, body: { reservationStatus: "released" } });
      const { status, lines } = await record(orderId);
      expect([status, lines]).toEqual(["released", changed.status === 200 ? race.wanted : race.before]);
    }
    for (const sku of race.skus) expect(await level(sku)).toMatchObject({ onHand: STOCK, reserved: 0 });
    await expectLedgerAgrees();
  });

  test("against a fulfilment: what leaves is what was held at that moment, the old lines or the new", async () => {
    const race = await newRace("FULFIL");
    const outcomes = await raceAll(race, change(race.wanted, 2), (client, id) => client.end(id, "fulfil"));
    const left: Line[] = [];
    for (const [orderId, changed, fulfilled] of outcomes) {
      expect(fulfilled).toMatchObject({ status: 200, body: { status: "fulfilled" } });
      if (changed.status !== 200)
        expect(changed).toMatchObject({ status: 409, body: { reservationStatus: "fulfilled" } });
      const lines = changed.status === 200 ? race.wanted : race.before;
      expect(await record(orderId)).toMatchObject({ status: "fulfilled", lines });
      left.push(...lines);
    }
    for (const { sku, quantity } of sumBySku(left))
      expect(await level(sku)).toMatchObject({ onHand: STOCK - quantity, reserved: 0 });
    await expectLedgerAgrees();
  });

  test("against the expiry of its hold: either it is held for ever with the new lines, or it has expired with the old", async () => {
    const race = await newRace("EXPIRY");
    const stores = [1, 2].map(() => createStockStore({ database: shop.database, announce: () => undefined }));
    await shop.database.db.execute(
      `update reservation set expires_at = now() where order_id in (${race.orderIds.map((id) => `'${id}'`).join(", ")})`,
    );
    const sweeps = Promise.all(stores.map((stock) => expireReservations({ stock })()));
    const answers = await Promise.all(
      race.orderIds.map((orderId, i) => clientsOf(i)[0].reserve(orderId, race.wanted, null, 2)),
    );
    await sweeps;
    for (const [i, orderId] of race.orderIds.entries()) {
      const { status, lines, expiresAt } = await record(orderId);
      if (answers[i]?.status === 200) expect([status, lines, expiresAt]).toEqual(["held", race.wanted, null]);
      else {
        expect(answers[i]).toMatchObject({ status: 409, body: { reservationStatus: "expired" } });
        expect([status, lines]).toEqual(["expired", race.before]);
      }
    }
    await expectLedgerAgrees();
  });

  test("against one of a higher revision: the higher one stands, whichever came first", async () => {
    const race = await newRace("REVISION");
    const outcomes = await raceAll(race, change(race.before.slice(1), 2), change(race.wanted, 3));
    for (const [orderId, lower, higher] of outcomes) {
      expect(higher.status).toBe(200);
      if (lower.status !== 200)
        expect(lower).toMatchObject({ status: 409, body: { code: "CONFLICT", reservationStatus: "held" } });
      expect(await record(orderId)).toMatchObject({ status: "held", revision: 3, lines: race.wanted });
    }
    await expectLedgerAgrees();
  });

  test("against another of the same revision: exactly one of them is taken", async () => {
    const race = await newRace("SAME");
    const others = race.before.slice(1);
    const outcomes = await raceAll(race, change(race.wanted, 2), change(others, 2));
    for (const [orderId, one, other] of outcomes) {
      expect([one.status, other.status].sort()).toEqual([200, 409]);
      const lines = one.status === 200 ? race.wanted : others;
      expect(await record(orderId)).toMatchObject({ status: "held", revision: 2, lines });
    }
    await expectLedgerAgrees();
  });
});

describe("changes of many orders at once", () => {
  /** Another choice of SKUs and quantities for every order and revision; every other order names them backwards. */
  const linesOf = (skus: readonly string[], order: number, revision: number): Line[] => {
    const lines = skus
      .map((sku, i) => ({ sku, quantity: (order * 7 + revision * 5 + i * 3) % 5 }))
      .filter(({ quantity }) => quantity > 0);
    return order % 2 === 0 ? lines : lines.toReversed();
  };

  const seed = async (name: string, quantity: number): Promise<string[]> => {
    const skus = Array.from({ length: 10 }, (_, i) => `${name}-${i}`);
    await shop.inventory.seed(skus.map((sku) => ({ sku, quantity })));
    return skus;
  };

  const expectNotOversold = async (skus: readonly string[], onHand: number) => {
    for (const { reserved, available, ...counters } of await Promise.all(skus.map(level))) {
      expect(counters).toMatchObject({ onHand });
      expect(Number(reserved)).toBeWithin(0, onHand + 1);
      expect(Number(available)).toBe(onHand - Number(reserved));
    }
    await expectLedgerAgrees();
  };

  /** Counts transactions, and has a deadlock found at once and nothing else end one that waits. */
  const countedDatabase = () => {
    const counted = { attempts: 0 };
    const database: Database = {
      ...shop.database,
      transaction: (work) =>
        shop.database.transaction(async (tx) => {
          counted.attempts += 1;
          await tx.execute("set local lock_timeout = 0; set local deadlock_timeout = '20ms'");
          return work(tx);
        }),
    };
    return { database, counted };
  };

  test("that name their SKUs in opposite orders never wait for each other in a circle", async () => {
    const [orders, rounds, stockOfEach] = [8, 25, 14];
    const skus = await seed("CIRCLE", stockOfEach);
    const { database, counted } = countedDatabase();
    // Two instances without a group commit: every call is a transaction of its own.
    const runs = [1, 2].map(() =>
      runReservationCommands({ stock: createStockStore({ database, announce: () => undefined }) }),
    );
    const orderIds = Array.from({ length: orders }, () => newId());
    const seen = new Set<unknown>();
    for (let revision = 1; revision <= rounds; revision += 1) {
      const calls = orderIds.map((orderId, order) => {
        const lines = linesOf(skus, order, revision);
        const command = { kind: "reserve", orderId, lines, ttlSeconds: null, revision } as const;
        return runs[(order >> 1) % 2]?.([{ command, trace: {} }]);
      });
      for (const [outcome] of (await Promise.all(calls)).map((outcomes) => outcomes ?? []))
        seen.add(outcome?.status === "rejected" ? outcome.reason.code : outcome?.status);
    }
    expect([...seen].sort()).toEqual(["OUT_OF_STOCK", "fulfilled"]);
    // A deadlock would be repeated by the database port, unseen but slow.
    expect(counted.attempts).toBe(orders * rounds);
    await expectNotOversold(skus, stockOfEach);
  });

  test("never oversell, however two instances share them", async () => {
    const [orders, rounds, stockOfEach] = [40, 6, 60];
    const skus = await seed("SHARED", stockOfEach);
    const orderIds = Array.from({ length: orders }, () => newId());
    const seen = new Set<unknown>();
    for (let round = 0; round < rounds; round += 1) {
      const answers = await Promise.all(
        orderIds.flatMap((orderId, order) =>
          clientsOf(order).map((client, i) => {
            const revision = 2 * round + i + 1;
            return client.reserve(orderId, linesOf(skus, order, revision), null, revision);
          }),
        ),
      );
      for (const { status, body } of answers) seen.add(status === 200 ? 200 : body.code);
      await expectNotOversold(skus, stockOfEach);
    }
    expect([...seen].sort()).toEqual([200, "CONFLICT", "OUT_OF_STOCK"]);
  });
});
