import type { HandlingTx } from "../bus/inbox.ts";
import type { Parts } from "../world/parts.ts";

interface Copy {
  readonly id: string;
  readonly version: number;
}

/** Rows of another service by id, each in the newest version that was offered: an upsert that looks at the version. */
export interface ReplicaTable<Row extends Copy> {
  readonly rows: ReadonlyMap<string, Row>;
  offer(row: Row): void;
  /** The same within the transaction of an event. */
  offerWithin(tx: HandlingTx, row: Row): Promise<void>;
}

export const createReplicaTable = <Row extends Copy>({
  isNews,
}: Pick<Parts, "isNews">): ReplicaTable<Row> => {
  const rows = new Map<string, Row>();
  const offer = (row: Row) => {
    if (isNews(rows.get(row.id)?.version ?? 0, row.version)) rows.set(row.id, row);
  };
  return {
    rows,
    offer,
    async offerWithin(tx, row) {
      await tx.lock(`copy ${row.id}`);
      tx.effect(() => offer(row));
    },
  };
};
