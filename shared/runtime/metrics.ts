import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; from an answer out of memory to the gateway's deadline. */
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The metrics of one process: one registry for all services that run in it. */
export interface Metrics {
  readonly registry: Registry;
  /** One HTTP request done; `route` is the pattern, never the path, so that the series stay few. */
  request(labels: { service: string; method: string; route: string; status: number }, seconds: number): void;
  /** A number that is read when somebody scrapes. The name is made once; each service adds its reading. */
  gauge(
    name: string,
    help: string,
    labels: Record<string, string>,
    read: () => number | Promise<number>,
  ): void;
  /** A counter, made at its first use. */
  count(name: string, help: string, labels: Record<string, string>, by?: number): void;
}

export const createMetrics = (): Metrics => {
  const registry = new Registry();
  const durations = new Histogram({
    name: "http_request_duration_seconds",
    help: "Duration of HTTP requests by service, method, route and status",
    labelNames: ["service", "method", "route", "status"],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  const readings = new Map<
    string,
    { labels: Record<string, string>; read: () => number | Promise<number> }[]
  >();
  const counters = new Map<string, Counter>();

  return {
    registry,
    request: ({ status, ...labels }, seconds) =>
      durations.observe({ ...labels, status: String(status) }, seconds),
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
          await Promise.all(own.map(async ({ labels, read }) => this.set(labels, await read())));
        },
      });
    },
    count(name, help, labels, by = 1) {
      let counter = counters.get(name);
      if (!counter) {
        counter = new Counter({ name, help, labelNames: Object.keys(labels), registers: [registry] });
        counters.set(name, counter);
      }
      counter.inc(labels, by);
    },
  };
};
