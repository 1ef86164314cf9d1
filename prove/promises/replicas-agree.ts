import { sql } from "drizzle-orm";
import type { LiveReader } from "../../e2e/live-reader.ts";
import { verifyReplica } from "../../shared/replicas/verify.ts";
import { replicasNamed } from "../../tools/replicas/replicas.ts";
import { type Findings, findingsOf } from "../../tools/replicas/report.ts";
import type { Evidence, Finding, NamedReader, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding } from "./act-notes.ts";
import { bounds } from "./bounds.ts";
import { inDatabase, withShop } from "./breaking.ts";
import { firstFew, type LevelRow, type OrderRow, readLevels, readOrders } from "./rows.ts";

const NAME = "replicas-agree";

/** Rows of a replica that differ from its owner's at this moment: the run asks again, so nothing is waited for here. */
const compared = ({ databases }: ShopUnderProof): Promise<Findings[]> =>
  Promise.all(
    (replicasNamed([]) ?? []).map(async ({ table, keeper, owner, owned }) => {
      const pair = { table, owned: owned(databases[owner]) };
      const pause = () => Promise.resolve();
      return findingsOf(await verifyReplica({ database: databases[keeper], pair, pause }), owner);
    }),
  );

const replicaFindings = ({ name, owner, differences }: Findings): Finding[] =>
  firstFew(differences).map(({ kind, key, kept, owned, fields }) =>
    finding(`${name}: a row is ${kind === "different" ? `not as ${owner} has it` : kind}`, {
      ...{ key, versionKept: kept, versionOwned: owned, fields: fields.join(", ") },
    }),
  );

/** What a reader ought to know: versions by key. */
const truthFor = (
  { name, buyer }: NamedReader,
  levels: ReadonlyMap<string, LevelRow>,
  orders: readonly OrderRow[],
  { initial }: ShopUnderProof,
): ReadonlyMap<string, number> =>
  name === "stock"
    ? new Map(
        [...levels.values()].filter(({ sku }) => initial.has(sku)).map(({ sku, version }) => [sku, version]),
      )
    : new Map(
        orders.filter(({ userId }) => userId === buyer?.userId).map(({ id, version }) => [id, version]),
      );

/** Things that a live reader has missed, and those that it was shown backward. */
const readerFindings = (
  name: string,
  { known, backward, counts }: LiveReader<unknown>,
  truth: ReadonlyMap<string, number>,
): Finding[] => {
  const missed = [...truth].filter(([key, version]) => (known.get(key)?.version ?? 0) < version);
  return [
    ...firstFew(missed).map(([key, version]) =>
      finding(`a live reader of ${name} has a silent gap`, {
        ...{ key, knows: known.get(key)?.version ?? null, owned: version, ...counts },
      }),
    ),
    ...firstFew(backward).map((words) =>
      finding(`a live reader of ${name} was shown older after newer`, { words }),
    ),
  ];
};

/** Since when nothing hindered them from agreeing: the shop was ready after the last fault, and the last client had its answer. */
const quietSinceMs = ({ faults, calls, calmSinceMs }: Evidence): number => {
  const readyAtMs = faults.reduce(
    (latest, { recoveredAtMs }) => Math.max(latest, recoveredAtMs ?? 0),
    calmSinceMs,
  );
  return calls.reduce((latest, { atMs, tookMs }) => Math.max(latest, atMs + tookMs), readyAtMs);
};

/** What differed when nothing was to differ any more: later agreement does not undo it. */
const lateIn = new WeakMap<ShopUnderProof, readonly Finding[]>();

const withLate = (evidence: Evidence, found: readonly Finding[]): readonly Finding[] => {
  const { shop } = evidence;
  const sinceMs = Math.round(shop.now() - quietSinceMs(evidence));
  const late = lateIn.get(shop) ?? [];
  if (found.length === 0 || sinceMs <= bounds.replicaAgreesMs) return [...late, ...found];
  const now = found.map(({ what, details }) =>
    finding(`${what}, ${sinceMs} ms after the last fault and the last call`, details),
  );
  if (late.length === 0) lateIn.set(shop, now);
  return late.length === 0 ? now : late;
};

const judge = async (evidence: Evidence): Promise<Verdict> => {
  const { shop } = evidence;
  const [replicas, levels, orders] = await Promise.all([compared(shop), readLevels(shop), readOrders(shop)]);
  const readers = shop.readers.flatMap((named) =>
    readerFindings(named.name, named.reader, truthFor(named, levels, orders, shop)),
  );
  return {
    counted: {
      replicas: replicas.length,
      rows: replicas.reduce((sum, { owned }) => sum + owned, 0),
      liveReaders: shop.readers.length,
      streamsOpened: shop.readers.reduce((sum, { reader }) => sum + reader.counts.opened, 0),
      resyncs: shop.readers.reduce((sum, { reader }) => sum + reader.counts.resyncs, 0),
      allowedMs: bounds.replicaAgreesMs,
    },
    findings: withLate(evidence, [...replicas.flatMap(replicaFindings), ...readers]),
  };
};

/** Copies are what they are copies of, and whoever watches sees what there is. */
export const replicasAgree: ProvenPromise = {
  name: NAME,
  says: "Replicas agree: rows and versions are the owner's within 5 s after any fault; no live stream has a silent gap",
  judge,
  breaches: [
    {
      name: NAME,
      says: "A row of a replica has been set back",
      breakIt: inDatabase(
        "orders",
        sql`update product_replica set price_minor = price_minor + 1
          where id = (select id from product_replica where not deleted order by id limit 1)`,
      ),
    },
    {
      name: `${NAME}/gap`,
      says: "A live stream has left something out",
      async breakIt(evidence) {
        const [first, ...others] = evidence.shop.readers;
        if (first === undefined) return evidence;
        const known = new Map([...first.reader.known].slice(0, -1));
        return withShop(evidence, { readers: [{ ...first, reader: { ...first.reader, known } }, ...others] });
      },
    },
    {
      name: `${NAME}/backward`,
      says: "A live stream has shown something older after something newer",
      async breakIt(evidence) {
        const [first, ...others] = evidence.shop.readers;
        if (first === undefined) return evidence;
        const backward = ["a thing: 4 after 5"];
        return withShop(evidence, {
          readers: [{ ...first, reader: { ...first.reader, backward } }, ...others],
        });
      },
    },
  ],
};
