import { type SQL, sql } from "drizzle-orm";
import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { Cluster, Hold, Holds } from "../domain/explain-level.ts";
import type { MovementKind } from "../domain/movement.ts";
import type { ExplanationBounds, ExplanationReads } from "../usecases/explain-stock.ts";
import { readLedgerRow } from "./ledger-reads.ts";
import { reservation, reservationLine, stockMovement } from "./schema.ts";

/** Orders that a link names. */
const ORDERS_NAMED = 5;
/** The newest movements of a link in which these are looked for. */
const ORDERS_SOUGHT_IN = 50;

/** Sums come as numbers: they stay safe integers (`UNITS_MAX`). Times come as PostgreSQL writes them. */
interface ClusterRow extends Record<string, unknown> {
  readonly bucket: number;
  readonly from_version: number;
  readonly to_version: number;
  readonly movements: number;
  readonly first_at: string;
  readonly last_at: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly on_hand_after: number;
  readonly reserved_after: number;
  readonly orders: number;
  readonly held: number;
  readonly released: number;
  readonly expired: number;
  readonly sold: number;
  readonly returned: number;
  readonly order_ids: string[];
  readonly kind: MovementKind;
  readonly actor_kind: "staff" | "system";
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly note: string | null;
  readonly trace_id: string | null;
}

const singleOf = (row: ClusterRow): Cluster["single"] => {
  const { kind, reason, note, actor_kind, actor_id, trace_id } = row;
  return { kind, reason, note, actor: { kind: actor_kind, id: actor_id }, traceId: trace_id };
};

const clusterOf = (row: ClusterRow, links: number): Cluster => {
  const { movements, orders, held, released, expired, sold, returned } = row;
  const isRest = row.bucket > links;
  return {
    fromVersion: row.from_version,
    toVersion: row.to_version,
    firstAt: new Date(row.first_at),
    lastAt: new Date(row.last_at),
    onHandDelta: row.on_hand_delta,
    reservedDelta: row.reserved_delta,
    onHandAfter: row.on_hand_after,
    reservedAfter: row.reserved_after,
    figures: { orders, held, released, expired, sold, returned },
    orderIds: row.order_ids,
    single: movements === 1 && !isRest ? singleOf(row) : null,
    ...{ movements, isRest },
  };
};

/** What movements come to together: in numbers only, so none of them is sorted. */
const sums = sql`min(version_after) as from_version, max(version_after) as to_version, count(*)::int as movements,
  min(created_at) as first_at, max(created_at) as last_at,
  sum(on_hand_delta)::float8 as on_hand_delta, sum(reserved_delta)::float8 as reserved_delta,
  coalesce(sum(reserved_delta) filter (where kind = 'reservation'), 0)::float8 as held,
  coalesce(-sum(reserved_delta) filter (where kind = 'release'), 0)::float8 as released,
  coalesce(-sum(reserved_delta) filter (where kind = 'expiry'), 0)::float8 as expired,
  coalesce(-sum(on_hand_delta) filter (where kind = 'fulfilment'), 0)::float8 as sold,
  coalesce(sum(on_hand_delta) filter (where kind = 'return' and order_id is not null), 0)::float8 as returned`;

/** Those whose movements are the newest of a link. */
const ordersOf = (sku: string): SQL => sql`array(
  select recent.order_id::text from (
    select order_id, version_after from ${stockMovement} as m
    where m.sku = ${sku} and m.version_after between chain.from_version and chain.to_version and m.order_id is not null
    order by version_after desc limit ${ORDERS_SOUGHT_IN}
  ) as recent
  group by recent.order_id order by max(recent.version_after) desc limit ${ORDERS_NAMED})`;

/**
 * The ledger of a SKU as links, newest first: each movement by hand is one, those of orders between two of them are one together. What is older
 * than so many links, or than so many movements, is one more, whose orders are not counted: that would sort them all.
 */
const readClusters = async (
  db: Queryable,
  sku: string,
  { links, movements }: ExplanationBounds,
): Promise<Cluster[]> => {
  const { rows } = await db.execute<ClusterRow>(sql`
    with newest as (
      select version_after, kind, on_hand_delta, reserved_delta, order_id, created_at
      from ${stockMovement} where sku = ${sku} order by version_after desc limit ${movements}
    ), placed as (
      select *, (order_id is null or lag(order_id) over (order by version_after desc) is null)::int as begins from newest
    ), linked as (
      select *, sum(begins) over (order by version_after desc rows unbounded preceding)::int as bucket from placed
    ), links as (
      select bucket, ${sums}, count(distinct order_id)::int as orders
      from linked where bucket <= ${links}::int group by bucket
    ), chain as (
      select * from links
      union all
      select ${links + 1}::int, ${sums}, 0 from ${stockMovement}
      where sku = ${sku} and version_after < (select min(from_version) from links) having count(*) > 0
    )
    select chain.*, latest.on_hand_after, latest.reserved_after, latest.kind, latest.actor_kind, latest.actor_id,
      latest.reason, latest.note, latest.trace_id, ${ordersOf(sku)} as order_ids
    from chain
    join ${stockMovement} as latest on latest.sku = ${sku} and latest.version_after = chain.to_version
    order by bucket`);
  return rows.map((row) => clusterOf(row, links));
};

interface HoldRow extends Record<string, unknown> {
  readonly order_id: string;
  readonly quantity: number;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly orders: number;
  readonly units: number;
}

const holdOf = (row: HoldRow): Hold => ({
  orderId: row.order_id,
  quantity: row.quantity,
  since: new Date(row.created_at),
  expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
});

/** Who holds units of a SKU now. Ids are UUIDv7: the newest orders come first. */
const readHolds = async (db: Queryable, sku: string, limit: number): Promise<Holds> => {
  const { rows } = await db.execute<HoldRow>(sql`
    select line.order_id, line.quantity, held.created_at, held.expires_at,
      count(*) over ()::int as orders, sum(line.quantity) over ()::float8 as units
    from ${reservationLine} as line join ${reservation} as held using (order_id)
    where line.sku = ${sku} and held.status = 'held'
    order by line.order_id desc limit ${limit}`);
  const [first] = rows;
  return { orders: first?.orders ?? 0, units: first?.units ?? 0, listed: rows.map(holdOf) };
};

/** What an explanation is made of, as it was at one moment: else orders of meanwhile would make a sound ledger look wrong. */
export const createExplanationReads = ({ database }: { readonly database: Database }): ExplanationReads => ({
  facts: (sku, bounds) =>
    database.transaction(async (tx) => {
      await tx.execute(sql`set transaction isolation level repeatable read, read only`);
      const row = await readLedgerRow(tx, sku);
      const clusters = await readClusters(tx, sku, bounds);
      return { row, clusters, holds: await readHolds(tx, sku, bounds.holds) };
    }),
});
