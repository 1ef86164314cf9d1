import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { topology } from "../shared/contracts/events.ts";
import { type Consumers, openConsumers } from "./history/consumers.ts";
import { createDice, type Dice } from "./history/dice.ts";
import { type History, type Phase, recordHistory } from "./history/record-history.ts";
import { thriceShuffled } from "./history/redelivery.ts";
import { cardProblems, differences, readState } from "./history/rows.ts";
import { sized } from "./size.ts";

/** Some ten thousand events and as many messages, on a machine that may be busy. */
const TIMEOUT_MS = 300_000;
setDefaultTimeout(TIMEOUT_MS);

const ORDERS = sized(1_000, 400);
const SEEDS = 1_000_000_000;
const seed = Number(process.env.MODEL_SEED) || Math.floor(Math.random() * SEEDS);

/** Hears of parked messages alone, and there are none. */
const SILENT_QUEUES: readonly string[] = ["notify.catalog-events"];

type State = Awaited<ReturnType<typeof readState>>;

let history: History;
let clean: Consumers;
let messy: Consumers;
let states: { readonly clean: State; readonly messy: State };

const messyPhase = (phase: Phase, dice: Dice): Phase => ({
  "auth.events": thriceShuffled(phase["auth.events"], dice),
  "catalog.events": thriceShuffled(phase["catalog.events"], dice),
  "inventory.events": thriceShuffled(phase["inventory.events"], dice),
  "orders.events": thriceShuffled(phase["orders.events"], dice),
});

const column = (state: State, table: string, name: string): string[] =>
  (state.get(table) ?? []).map((line) => String(JSON.parse(line)[name]));

beforeAll(async () => {
  console.info(`redelivery: seed ${seed} (MODEL_SEED repeats it)`);
  history = await recordHistory(seed, ORDERS);
  [clean, messy] = await Promise.all([openConsumers(history), openConsumers(history)]);
  const dice = createDice(seed);
  for (const phase of history.phases) {
    await Promise.all([clean.feed(phase), messy.feed(messyPhase(phase, dice))]);
  }
  states = { clean: await readState(clean), messy: await readState(messy) };
}, TIMEOUT_MS);
afterAll(async () => {
  await Promise.all([clean?.close(), messy?.close()]);
});

describe(`every message of ${ORDERS} orders three times, shuffled within a window, beside one clean run`, () => {
  test("every queue has handled its messages, and none was given up", () => {
    const queues = (state: State) =>
      [...state.keys()].filter((key) => key.endsWith(".inbox")).flatMap((key) => column(state, key, "queue"));
    const expected = topology.flatMap((entry) =>
      entry.queues.filter((queue) => !SILENT_QUEUES.includes(queue)),
    );
    for (const state of [states.clean, states.messy]) {
      expect([...new Set(queues(state))].toSorted()).toEqual(expected.toSorted());
      expect(["orders", "catalog", "notify"].flatMap((name) => state.get(`${name}.parked_message`))).toEqual(
        [],
      );
    }
  });

  for (const table of [
    ...["orders.user_replica", "orders.product_replica", "orders.inbox"],
    ...["catalog.product_sales", "catalog.counted_order", "catalog.inbox"],
    ...["notify.chat", "notify.order_card", "notify.delivery", "notify.stock_told", "notify.inbox", "chats"],
  ])
    test(`${table} is the same, row by row`, () => {
      const [expected = [], found = []] = [states.clean.get(table), states.messy.get(table)];
      expect(expected.length).toBeGreaterThan(0);
      expect(differences(expected, found)).toEqual([]);
    });

  test("an order has one card, and that never goes backwards", async () => {
    expect(await cardProblems(clean)).toEqual([]);
    expect(await cardProblems(messy)).toEqual([]);
  });

  test("what was counted and copied is what the owners have", () => {
    const versions = (table: string, id: string, version: string) =>
      Object.fromEntries(
        column(states.messy, table, id).map((key, i) => [
          key,
          Number(column(states.messy, table, version)[i]),
        ]),
      );
    const sold = Object.entries(versions("catalog.product_sales", "product_id", "units")).filter(
      ([, n]) => n > 0,
    );
    expect(Object.fromEntries(sold)).toEqual(Object.fromEntries(history.truth.sold));
    expect(versions("orders.user_replica", "id", "version")).toEqual(Object.fromEntries(history.truth.users));
    expect(versions("orders.product_replica", "id", "version")).toEqual(
      Object.fromEntries(history.truth.products),
    );
    expect(versions("notify.chat", "user_id", "user_version")).toEqual(
      Object.fromEntries(history.truth.users),
    );
  });
});
