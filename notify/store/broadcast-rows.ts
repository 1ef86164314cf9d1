import type { InferInsertModel, InferSelectModel } from "drizzle-orm";
import type { Broadcast } from "../domain/broadcast.ts";
import type { broadcast } from "./broadcast-schema.ts";

type Row = InferSelectModel<typeof broadcast>;

/** What the table's constraints promise of one that has begun, or has ended. */
const present = <Value>(value: Value | null): Value => {
  if (value === null) throw new Error("a broadcast lacks what its state promises");
  return value;
};

export const broadcastOf = (row: Row): Broadcast => {
  const { id, version, texts, audience, createdBy, createdAt, updatedAt } = row;
  const common = { id, version, texts, audience, createdBy, createdAt, updatedAt };
  if (row.state === "draft") return { ...common, state: "draft" };
  const { startedBy } = row;
  const started = {
    ...common,
    startedBy,
    startedAt: present(row.startedAt),
    recipients: present(row.recipients),
  };
  switch (row.state) {
    case "running":
    case "paused":
      return { ...started, state: row.state };
    case "done":
    case "cancelled":
      return { ...started, state: row.state, endedAt: present(row.endedAt) };
    default:
      return row.state satisfies never;
  }
};

/** Of a state in which something may have to be brought into the queue or taken out of it. */
const mayMove = ({ state }: Broadcast): boolean =>
  state === "running" || state === "paused" || state === "cancelled";

/** The columns that a change gives. */
export const rowOf = (given: Broadcast): InferInsertModel<typeof broadcast> => {
  const started = given.state === "draft" ? null : given;
  return {
    id: given.id,
    state: given.state,
    version: given.version,
    texts: given.texts,
    audience: given.audience,
    createdBy: given.createdBy,
    createdAt: given.createdAt,
    updatedAt: given.updatedAt,
    startedBy: started?.startedBy ?? null,
    startedAt: started?.startedAt ?? null,
    recipients: started?.recipients ?? null,
    endedAt: "endedAt" in given ? given.endedAt : null,
    unsettled: mayMove(given),
  };
};
