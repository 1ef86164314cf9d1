import { topology } from "../shared/contracts/events.ts";
import { withClient } from "../shared/drivers/ensure-database.ts";
import { serviceNames } from "../shared/runtime/service.ts";
import type { Cluster } from "./cluster.ts";
import { countIn } from "./shop-invariants.ts";

/** Which events, by when they were written into the outbox of orders: from and to are moments of the database's clock. */
export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** Services that have an outbox. */
const publishers = serviceNames.filter((service) =>
  topology.some(({ exchange }) => exchange === `${service}.events`),
);

/** Events that wait in the outboxes of all services. */
export const unpublished = async (cluster: Cluster): Promise<number> => {
  const counts = await Promise.all(
    publishers.map((service) =>
      countIn(cluster, service, "select count(*) as n from outbox where published_at is null"),
    ),
  );
  return counts.reduce((total, count) => total + count, 0);
};

export interface Drained {
  readonly events: number;
  /** From the moment when the broker was back to the first of them that went out. */
  readonly backMs: number;
  /** From the first to the last that went out. */
  readonly publishMs: number;
  /** From the first that went out to the last that each queue has handled. */
  readonly handleMs: Readonly<Record<string, number>>;
}

const EXCHANGE = "orders.events";
const consumers = (topology.find(({ exchange }) => exchange === EXCHANGE)?.queues ?? []).map((queue) => ({
  queue,
  service: serviceNames.find((name) => queue.startsWith(`${name}.`)) ?? "notify",
}));

/** True when every consumer of orders' news has handled what orders were confirmed; it is what all of them look at. */
export const allHandled = async (cluster: Cluster): Promise<boolean> => {
  const confirmed = await countIn(
    cluster,
    "orders",
    "select count(*) as n from outbox where event->>'type' = 'order.confirmed'",
  );
  for (const { queue, service } of consumers) {
    const query = `select count(*) as n from inbox where queue = '${queue}'`;
    if ((await countIn(cluster, service, query)) < confirmed) return false;
  }
  return true;
};

/** When the events of a window went out of orders' outbox, and when each consumer had done with the last of them. */
export const drainOf = async (cluster: Cluster, { from, to }: Window, backAt: Date): Promise<Drained> => {
  const ids = await withClient(cluster.databaseUrl("orders"), async (client) => {
    const { rows } = await client.query<{ id: string; at: Date }>(
      "select id, published_at as at from outbox where created_at between $1 and $2 and published_at > $2 order by published_at",
      [from, to],
    );
    return rows;
  });
  const [first, last] = [ids[0]?.at ?? backAt, ids.at(-1)?.at ?? backAt];
  const handled = await Promise.all(
    consumers.map(async ({ queue, service }) => {
      const lastHandled = await withClient(cluster.databaseUrl(service), async (client) => {
        const { rows } = await client.query<{ at: Date | null }>(
          "select max(handled_at) as at from inbox where queue = $1 and event_id = any($2::uuid[])",
          [queue, ids.map(({ id }) => id)],
        );
        return rows[0]?.at ?? first;
      });
      return [queue, lastHandled.getTime() - first.getTime()] as const;
    }),
  );
  return {
    events: ids.length,
    backMs: first.getTime() - backAt.getTime(),
    publishMs: last.getTime() - first.getTime(),
    handleMs: Object.fromEntries(handled),
  };
};
