import type pg from "pg";

export interface Column {
  readonly name: string;
  /** As SQL writes it, such as `character varying(40)`. */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Tables that its foreign keys point to. */
  readonly refersTo: readonly string[];
}

/**
 * Numbers of transactions (`xid8`) mean nothing on another server, and a reader would wait there for ones that never come: they are left
 * out, and each row gets the number of the transaction that restores it. So are columns that PostgreSQL computes.
 */
const TABLES = `
  select c.relname as name,
    (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
     from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and a.atttypid <> 'xid8'::regtype) as columns,
    (select coalesce(json_agg(distinct r.relname), '[]') from pg_constraint k join pg_class r on r.oid = k.confrelid
     where k.contype = 'f' and k.conrelid = c.oid and k.confrelid <> c.oid) as "refersTo"
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
  order by c.relname`;

/** Those that others refer to come first. Throws where tables refer to each other in a circle. */
export const inLoadingOrder = (tables: readonly Table[]): readonly Table[] => {
  const ordered: Table[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const free = left.filter(({ refersTo }) => !refersTo.some((name) => names.has(name)));
    if (free.length === 0) throw new Error(`these tables refer to each other: ${[...names].join(", ")}`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
};

/** The tables of one database, in the order in which they can be filled. */
export const readTables = async (client: pg.Client): Promise<readonly Table[]> => {
  const { rows } = await client.query<Table>(TABLES);
  return inLoadingOrder(rows);
};

/** Names of the sequences, those of identity columns included. */
export const readSequences = async (client: pg.Client): Promise<readonly string[]> => {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by 1",
  );
  return rows.map(({ name }) => name);
};
