import type { Line } from "../../inventory/domain/allocate.ts";
import type { StockDecision, StockStore } from "../../inventory/usecases/ports.ts";
import type { TracedCommand } from "../../inventory/usecases/run-reservation-commands.ts";
import { settle } from "../../notify/domain/delivery.ts";
import type { Ask } from "../../orders/domain/saga-state.ts";
import type { AdvanceSagaDeps } from "../../orders/usecases/advance-saga.ts";
import type { LoadedOrder } from "../../orders/usecases/ports.ts";
import type { EventBus } from "../../shared/ports/event-bus.ts";
import { type Parts, realParts } from "../world/parts.ts";

// Kiosk with one mistake each, of the kinds that people make. The simulator has to find every one of them.

const { advanceSaga, runReservationCommands, createTurn } = realParts;

const sagaWith = (wrong: (deps: AdvanceSagaDeps) => Partial<AdvanceSagaDeps>): Partial<Parts> => ({
  advanceSaga: (deps) => advanceSaga({ ...deps, ...wrong(deps) }),
});

/** The stock of an order that does not stand is never given back. */
const compensationSkipped = sagaWith(({ inventory }) => ({
  inventory: { ...inventory, release: () => Promise.resolve({ type: "stock-released" }) },
}));

/** A payment that may have been taken is not taken back. */
const voidSkipped = sagaWith(({ payments }) => ({
  payments: {
    ...payments,
    simulated: { ...payments.simulated, void: () => Promise.resolve() },
  },
}));

/**
 * What a worker is told of the saga is of the version that it asked under, whatever that is by now, and so is what it stores: it is found
 * by a version that goes back. Where what is stored goes on from the newest version, nothing was found in a thousand worlds.
 */
const ignoringVersion = (deps: AdvanceSagaDeps, { version }: Ask): AdvanceSagaDeps["orders"] => {
  let asked = version;
  return {
    change: (orderId, decide) =>
      deps.orders.change(orderId, (loaded: LoadedOrder) => {
        const saga = { ...loaded.saga, version: asked };
        const decision = decide({ ...loaded, saga });
        asked = decision.change?.reaction.saga.version ?? asked;
        return decision;
      }),
  };
};
const versionFenceIgnored: Partial<Parts> = {
  advanceSaga: (deps) => (input) => advanceSaga({ ...deps, orders: ignoringVersion(deps, input.ask) })(input),
};

const commandsWith = (
  wrong: (command: TracedCommand["command"]) => TracedCommand["command"],
): Partial<Parts> => ({
  runReservationCommands: (deps) => (items) =>
    runReservationCommands(deps)(items.map((item) => ({ ...item, command: wrong(item.command) }))),
});

const onePerSku = (lines: readonly Line[]): Line[] => [
  ...new Map(lines.toReversed().map((line) => [line.sku, line])).values(),
];

/** Of a SKU that is named twice only one line is looked at. */
const oneLineOfEach = commandsWith((command) =>
  command.kind === "reserve" ? { ...command, lines: onePerSku(command.lines) } : command,
);

/** Whatever comes last counts, whether or not it was asked for last. */
const revisionIgnored = (): Partial<Parts> => {
  let last = 0;
  return commandsWith((command) => {
    last += 1;
    return command.kind === "reserve" ? { ...command, revision: last } : command;
  });
};

const withoutTombstones = (stock: StockStore): StockStore => ({
  ...stock,
  change: (scope, decide) =>
    stock.change(scope, (state) => {
      const decided: StockDecision<Awaited<ReturnType<typeof decide>>["result"]> = decide(state);
      return {
        ...decided,
        reservations: decided.reservations?.filter(({ lines }) => lines.length > 0) ?? [],
      };
    }),
});

/** A release that overtakes its reserve is forgotten. */
const tombstoneForgotten: Partial<Parts> = {
  runReservationCommands: ({ stock }) => runReservationCommands({ stock: withoutTombstones(stock) }),
};

/** Events are marked as published before the broker has confirmed them. */
const markedBeforeConfirm: Partial<Parts> = {
  createTurn(options, lease) {
    let unmarked: Parameters<typeof options.outbox.markPublished>[0] = [];
    const outbox: typeof options.outbox = {
      ...options.outbox,
      async read(size, held) {
        unmarked = await options.outbox.read(size, held);
        return unmarked;
      },
    };
    const bus: EventBus = {
      ...options.bus,
      async publish(exchange, events, more) {
        await outbox.markPublished(unmarked);
        return options.bus.publish(exchange, events, more);
      },
    };
    return createTurn({ ...options, bus, outbox }, lease);
  },
};

/** Every mistake by its name. Those that count are made anew for each world. */
export const plantedBugs = {
  "saga: a compensation is skipped": () => compensationSkipped,
  "saga: a void is skipped": () => voidSkipped,
  "saga: the fence of versions is ignored": () => versionFenceIgnored,
  "outbox: events are written outside of the transaction": () => ({
    divideChange: (change, events) => ({ within: change, after: events }),
  }),
  "outbox: events are marked before the confirm": () => markedBeforeConfirm,
  "allocation: one line of a SKU is looked at": () => oneLineOfEach,
  "allocation: the levels are read before the lock": () => ({ shownLevels: (_locked, before) => before }),
  "holds: the fence of revisions is ignored": revisionIgnored,
  "holds: a tombstone is forgotten": () => tombstoneForgotten,
  "inbox: the record is written after the effect": () => ({
    divideHandling: (effect, record) => ({ within: effect, after: record }),
  }),
  "replicas: old news is taken": () => ({ isNews: () => true }),
  "messages: what is unknown is sent again": () => ({
    settleDelivery: (delivery, result, options) => settle(delivery, result, { ...options, idempotent: true }),
  }),
} as const satisfies Readonly<Record<string, () => Partial<Parts>>>;

export type PlantedBug = keyof typeof plantedBugs;

/** Kiosk with this mistake. */
export const withBug = (bug: PlantedBug): Parts => ({ ...realParts, ...plantedBugs[bug]() });
