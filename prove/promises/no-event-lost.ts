import { sql } from "drizzle-orm";
import { type EventType, topology } from "../../shared/contracts/events.ts";
import type { Database } from "../../shared/ports/database.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import type { Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding } from "./act-notes.ts";
import { inDatabase } from "./breaking.ts";
import { judgeCards } from "./cards.ts";
import { firstFew, readOrders } from "./rows.ts";

const NAME = "no-event-lost-or-doubled";

interface SaidRow extends Record<string, unknown> {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly exchange: string;
  readonly waits: boolean;
}

/** Rows of one statement: the events of a long run are more than may be read within its three seconds. */
const PAGE = 5_000;

const readOutbox = async ({ db }: Database): Promise<readonly SaidRow[]> => {
  const said: SaidRow[] = [];
  let page: readonly SaidRow[];
  do {
    const { rows } = await db.execute<SaidRow>(sql`
      select position, id, event ->> 'type' as type, exchange, published_at is null as waits from outbox
      where position > ${said.at(-1)?.position ?? 0} order by position limit ${PAGE}`);
    page = rows;
    said.push(...page);
  } while (page.length === PAGE);
  return said;
};

/** Every event of every outbox. */
const readSaid = async ({ databases }: ShopUnderProof): Promise<readonly SaidRow[]> =>
  (await Promise.all(serviceNames.map((service) => readOutbox(databases[service])))).flat();

const serviceOf = (queue: string): ServiceName => {
  const found = serviceNames.find((service) => queue.startsWith(`${service}.`));
  if (found === undefined) throw new Error(`nobody listens at ${queue}`);
  return found;
};

/** Ids that a queue has handled. */
const readHeard = async ({ databases }: ShopUnderProof, queue: string): Promise<ReadonlySet<string>> => {
  const { rows } = await databases[serviceOf(queue)].db.execute<{ id: string }>(
    sql`select event_id as id from inbox where queue = ${queue}`,
  );
  return new Set(rows.map(({ id }) => id));
};

/** What a queue has to handle if it handles anything: one that is deaf to all of it would else be taken for one that does not care. */
const heardAt: Readonly<Record<string, readonly EventType[]>> = {
  "orders.auth-events": ["user.created", "user.updated"],
  "orders.catalog-events": ["product.created", "product.updated"],
  "notify.auth-events": ["user.created", "user.updated", "session.revoked"],
  "notify.inventory-events": ["stock.low"],
  "catalog.orders-events": ["order.confirmed", "order.cancelled"],
  "notify.orders-events": ["order.confirmed", "order.rejected", "order.cancelled"],
};

/** Events that a queue has not handled, of the types that it ought to handle and of those that it has handled any of. */
const unheard = async (shop: ShopUnderProof, said: readonly SaidRow[]): Promise<Finding[]> => {
  const queues = topology.flatMap(({ exchange, queues }) => queues.map((queue) => ({ exchange, queue })));
  const found = queues.map(async ({ exchange, queue }) => {
    const heard = await readHeard(shop, queue);
    const due = said.filter((event) => event.exchange === exchange && !event.waits);
    const types = new Set<string>([
      ...(heardAt[queue] ?? []),
      ...due.filter(({ id }) => heard.has(id)).map(({ type }) => type),
    ]);
    const missing = due.filter(({ id, type }) => types.has(type) && !heard.has(id));
    return firstFew(missing).map(({ id, type }) =>
      finding(`${queue} has not handled an event: ${type}`, { queue, type, eventId: id }),
    );
  });
  return (await Promise.all(found)).flat();
};

const parked = async ({ databases }: ShopUnderProof): Promise<Finding[]> => {
  const all = serviceNames.map(async (service) => {
    const { rows } = await databases[service].db.execute<{ queue: string; error: string }>(
      sql`select queue, error from parked_message`,
    );
    return firstFew(rows).map(({ queue, error }) =>
      finding(`${queue} has parked a message`, { queue, error }),
    );
  });
  return (await Promise.all(all)).flat();
};

interface UnitsRow extends Record<string, unknown> {
  readonly id: string;
  readonly units: number;
}

/** Units sold are counted by events alone: one that was lost or applied twice is a count that is not the orders'. */
const miscounted = async ({ databases }: ShopUnderProof): Promise<Finding[]> => {
  const [sold, counted] = await Promise.all([
    databases.orders.db.execute<UnitsRow>(sql`
      select l.product_id as id, sum(l.quantity)::float8 as units
      from order_line l join customer_order o on o.id = l.order_id
      where o.status in ('confirmed', 'packed', 'shipped', 'delivered') group by l.product_id`),
    databases.catalog.db.execute<UnitsRow>(
      sql`select product_id as id, units::float8 as units from product_sales`,
    ),
  ]);
  const unitsOf = (rows: readonly UnitsRow[]) => new Map(rows.map(({ id, units }) => [id, units]));
  const [there, known] = [unitsOf(sold.rows), unitsOf(counted.rows)];
  const wrong = [...new Set([...there.keys(), ...known.keys()])].filter(
    (id) => (there.get(id) ?? 0) !== (known.get(id) ?? 0),
  );
  return firstFew(wrong).map((id) =>
    finding("the catalogue has counted other sales than there are", {
      ...{ productId: id, sold: there.get(id) ?? 0, counted: known.get(id) ?? 0 },
    }),
  );
};

const judge = async ({ shop }: Evidence): Promise<Verdict> => {
  const [said, orders] = await Promise.all([readSaid(shop), readOrders(shop)]);
  const waiting = said.filter(({ waits }) => waits);
  const [cards, ...found] = await Promise.all([
    judgeCards(shop, orders),
    unheard(shop, said),
    parked(shop),
    miscounted(shop),
  ]);
  const events = waiting.length === 1 ? "1 event waits" : `${waiting.length} events wait`;
  return {
    counted: {
      ...{ events: said.length, types: new Set(said.map(({ type }) => type)).size },
      cardsWaiting: cards.waiting,
    },
    findings: [
      ...(waiting.length === 0
        ? []
        : [finding(`${events} in outboxes`, { types: [...new Set(waiting.map(({ type }) => type))] })]),
      ...found.flat(),
      ...cards.findings,
    ],
  };
};

/** What one service says, every other hears, and what follows from it happens once. */
export const noEventLost: ProvenPromise = {
  name: NAME,
  says: "No event is lost, and none is applied twice, however often its message comes",
  judge,
  breaches: [
    {
      name: NAME,
      says: "An event's effect was applied twice: a sale is counted once more",
      breakIt: inDatabase(
        "catalog",
        sql`update product_sales set units = units + 1
          where product_id = (select product_id from product_sales order by units desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/uncounted`,
      says: "All sales of a product were lost on their way to the catalogue",
      breakIt: inDatabase(
        "catalog",
        sql`delete from product_sales
          where product_id = (select product_id from product_sales order by units desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/deaf`,
      says: "A queue has handled nothing at all",
      breakIt: inDatabase("orders", sql`delete from inbox where queue = 'orders.auth-events'`),
    },
    {
      name: `${NAME}/lost`,
      says: "An event that was published was never handled",
      breakIt: inDatabase(
        "notify",
        sql`delete from inbox where event_id = (
          select event_id from inbox where queue = 'notify.orders-events' order by handled_at desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/untold`,
      says: "The news of an order never came to the one who tells its buyer",
      breakIt: inDatabase(
        "notify",
        sql`delete from delivery where notice ->> 'template' = 'order-card' and notice ->> 'orderId' = (
          select notice ->> 'orderId' from delivery
          where notice ->> 'template' = 'order-card' order by position desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/unsent`,
      says: "A card waits for ever",
      breakIt: inDatabase(
        "notify",
        sql`update delivery set state = 'pending', next_at = now() + interval '1 day'
          where id = (
            select id from delivery where notice ->> 'template' = 'order-card' order by position desc limit 1)`,
      ),
    },
    {
      name: `${NAME}/waiting`,
      says: "An event waits in the outbox for ever",
      async breakIt(evidence) {
        // The relay would publish it within moments: it is one that the judge sees and no relay does.
        const { databases } = evidence.shop;
        await databases.orders.db.execute(
          sql`update outbox_lease set holder = gen_random_uuid(), until = now() + interval '1 hour'`,
        );
        await databases.orders.db.execute(sql`
          update outbox set published_at = null where position = (select max(position) from outbox)`);
        return evidence;
      },
    },
  ],
};
