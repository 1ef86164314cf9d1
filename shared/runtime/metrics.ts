import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { RequestDurations, type RequestLabels } from "./request-durations.ts";

/** The metrics of one process: one registry for all services that run in it. */
export interface Metrics {
  readonly registry: Registry;
  /** One HTTP request done; `route` is the pattern, never the path, so that the series stay few. */
  request(labels: RequestLabels, seconds: number): void;
  /** The same for whoever has very many of one kind, with few routes and statuses. */
  counted(service: string, method: string): (route: string, status: number, seconds: number) => void;
  /** A number that is read when somebody scrapes. The name is made once; each service adds its reading. */
  gauge(
    name: string,
    help: string,
    labels: Record<string, string>,
    read: () => number | Promise<number>,
  ): void;
  /** A counter that is kept elsewhere, where counting must cost nothing, and read when somebody scrapes. */
  total(name: string, help: string, labels: Record<string, string>, read: () => number): void;
  /** A counter that is known from the start, also where nothing has been counted yet. The same name again is the same counter. */
  counter(
    name: string,
    help: string,
    labelNames: readonly string[],
  ): (labels: Record<string, string>, by?: number) => void;
  /** The same for a histogram, such as one of durations in seconds. */
  histogram(
    name: string,
    help: string,
    shape: { readonly labelNames: readonly string[]; readonly buckets: readonly number[] },
  ): (labels: Record<string, string>, value: number) => void;
}

/** What cannot be read, such as a count in a database that is away, is no number: the other readings are shown all the same. */
const orUnknown = async (read: () => number | Promise<number>): Promise<number> => {
  try {
    return await read();
  } catch {
    return Number.NaN;
  }
};

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const durations = new RequestDurations(registry);
  const readings = new Map<
    string,
    { labels: Record<string, string>; read: () => number | Promise<number> }[]
  >();
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const totals = new Map<string, { labels: Record<string, string>; read: () => number }[]>();

  const counterOf = (name: string, help: string, labelNames: readonly string[]): Counter =>
    counters.getOrInsertComputed(
      name,
      () => new Counter({ name, help, labelNames: [...labelNames], registers: [registry] }),
    );

  return {
    registry,
    request: (labels, seconds) => durations.of(labels)(seconds),
    counted(service, method) {
      const known = new Map<string, Map<number, (seconds: number) => void>>();
      const find = (route: string, status: number) => {
        const ofRoute = known.get(route) ?? new Map<number, (seconds: number) => void>();
        const count = durations.of({ service, method, route, status });
        known.set(route, ofRoute.set(status, count));
        return count;
      };
      return (route, status, seconds) => (known.get(route)?.get(status) ?? find(route, status))(seconds);
    },
    gauge(name, help, labels, read) {
      const known = readings.get(name);
      if (known) return void known.push({ labels, read });
      const own = [{ labels, read }];
      readings.set(name, own);
      new Gauge({
        name,
        help,
        labelNames: Object.keys(labels),
        registers: [registry],
        // All begin at once: what one reads from memory is not disturbed by what another has to ask a database for.
        async collect() {
          await Promise.all(own.map(async ({ labels, read }) => this.set(labels, await orUnknown(read))));
        },
      });
    },
    total(name, help, labels, read) {
      const known = totals.get(name);
      if (known) return void known.push({ labels, read });
      const own = [{ labels, read }];
      totals.set(name, own);
      new Counter({
        name,
        help,
        labelNames: Object.keys(labels),
        registers: [registry],
        collect() {
          this.reset();
          for (const { labels, read } of own) this.inc(labels, read());
        },
      });
    },
    counter(name, help, labelNames) {
      const counter = counterOf(name, help, labelNames);
      return (labels, by = 1) => counter.inc(labels, by);
    },
    histogram(name, help, { labelNames, buckets }) {
      const make = () =>
        new Histogram({
          ...{ name, help, labelNames: [...labelNames] },
          ...{ buckets: [...buckets], registers: [registry] },
        });
      const histogram = histograms.getOrInsertComputed(name, make);
      return (labels, value) => histogram.observe(labels, value);
    },
  };
};
