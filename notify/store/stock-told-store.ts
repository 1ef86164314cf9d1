import { sql } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { column } from "../../shared/sql/column.ts";
import type { StockToldStore } from "../usecases/ports.ts";
import { stockTold } from "./schema.ts";

export const createStockToldStore = (db: Queryable): StockToldStore => ({
  async tell(versions) {
    if (versions.size === 0) return new Map();
    // In the order of their SKUs: two who tell of the same ones never wait for each other.
    const rows = [...versions].sort(([a], [b]) => (a < b ? -1 : 1));
    const { rows: known } = await db.execute<{ sku: string; version: number }>(sql`
      with known as materialized (
        select sku, version from ${stockTold} where sku = any(${column(rows, "text", ([sku]) => sku)}) order by sku for update),
      told as (
        insert into ${stockTold} (sku, version)
        select * from unnest(${column(rows, "text", ([sku]) => sku)}, ${column(rows, "integer", ([, version]) => version)})
        on conflict (sku) do update set version = excluded.version where ${stockTold}.version < excluded.version)
      select sku, version from known`);
    return new Map(known.map(({ sku, version }) => [sku, version]));
  },
});
