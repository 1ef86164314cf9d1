import type { Books } from "./busy-shop.ts";
import { type Step, type StepId, steps } from "./order-path.ts";
import { spreadOf } from "./statistics.ts";
import type { Samples } from "./targets.ts";

export interface OrderFacts {
  /** Requests a second of the generator against a server that does nothing, by clients. */
  readonly ceiling: Readonly<Record<string, number>>;
  readonly books: Books;
  readonly samples: Samples;
}

/** All answers by status. */
export const answersOf = (samples: Samples): Record<string, number> => {
  const all: Record<string, number> = {};
  for (const { answers } of Object.values(samples).flat())
    for (const [status, count] of Object.entries(answers)) all[status] = (all[status] ?? 0) + count;
  return all;
};

const whole = (value: number): string => (Number.isNaN(value) ? "" : Math.round(value).toLocaleString("en"));
const fine = (value: number): string => (Number.isNaN(value) ? "" : value.toFixed(value < 10 ? 2 : 1));

const figuresOfStep = (step: Step, samples: Samples) => {
  const own = samples[step.id] ?? [];
  const of = (pick: (sample: (typeof own)[number]) => number) => spreadOf(own.map(pick));
  return {
    perSecond: of((sample) => sample.perSecond),
    p50Ms: of((sample) => sample.p50Ms),
    p99Ms: of((sample) => sample.p99Ms),
    ownMsAnOrder: of((sample) => sample.ownMsAnOrder),
    postgresMsAnOrder: of((sample) => sample.postgresMsAnOrder),
    othersShare: of((sample) => sample.othersShare),
    eventsWaiting: of((sample) => sample.backlog?.unhandled ?? Number.NaN),
    deliveriesWaiting: of((sample) => sample.backlog?.deliveries ?? Number.NaN),
  };
};

/** Of the services that an order goes through, the middle one of the rounds. */
const transactionsOf = (step: Step, samples: Samples): string =>
  ["orders", "inventory", "catalog", "notify"]
    .map((name) =>
      fine(spreadOf((samples[step.id] ?? []).map((s) => s.transactions[name] ?? Number.NaN)).median),
    )
    .join(" ")
    .trim();

const rowOf = (step: Step, samples: Samples) => {
  const figures = figuresOfStep(step, samples);
  const { perSecond } = figures;
  return {
    step: step.name,
    "orders/s": whole(perSecond.median),
    "min-max": `${whole(perSecond.min)}-${whole(perSecond.max)}`,
    "p50 ms": fine(figures.p50Ms.median),
    "p99 ms": fine(figures.p99Ms.median),
    "CPU ms/order": fine(figures.ownMsAnOrder.median),
    "PG CPU ms/order": fine(figures.postgresMsAnOrder.median),
    "transactions/order": transactionsOf(step, samples),
    "others' CPU": `${Math.round(figures.othersShare.median * 100)} %`,
    "events waiting": whole(figures.eventsWaiting.max),
    "messages waiting": whole(figures.deliveriesWaiting.max),
  };
};

const stepsRun = (samples: Samples): Step[] => steps.filter(({ id }) => samples[id] !== undefined);

/** What a person reads of them. */
export const printOrders = ({ ceiling, books, samples }: OrderFacts): void => {
  console.info(
    "\nMedian of the rounds. CPU where this is Linux; transactions of orders, inventory, catalog, notify; what waits as the rounds end, at most:",
  );
  console.table(stepsRun(samples).map((step) => rowOf(step, samples)));
  const ceilings = Object.entries(ceiling).map(([clients, rate]) => `${whole(rate)}/s with ${clients}`);
  if (ceilings.length > 0) console.info(`The generator alone makes ${ceilings.join(", ")} clients.`);
  console.info(
    `Books: ${whole(books.confirmed)} orders confirmed, ${books.others} in another state; ${whole(books.linesOrdered)} units ordered, ${whole(books.unitsReserved)} reserved.`,
  );
};

/** The same for a program. */
export const figuresOf = (samples: Samples): Record<string, object> =>
  Object.fromEntries(
    stepsRun(samples).map((step): [StepId, object] => [
      step.id,
      { name: step.name, ...figuresOfStep(step, samples) },
    ]),
  );
