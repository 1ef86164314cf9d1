import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Channel, mayStand, type SecretKind, type Shape } from "../../shared/testing/canary/kinds.ts";
import { type Looked, SPOOL_SUFFIX, type SpoolRecord } from "../../shared/testing/canary/spool.ts";
import { createNeedles, type Needles } from "./needles.ts";

/** A secret where it may not stand; the secret itself is not in here. */
export interface Leak {
  readonly kind: SecretKind | Shape;
  readonly channel: Channel;
  readonly place: string;
}

export interface Search {
  readonly leaks: readonly Leak[];
  readonly secrets: number;
  readonly kinds: number;
  readonly looked: Looked;
}

const recordsOf = function* (folder: string): Generator<SpoolRecord> {
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(SPOOL_SUFFIX)) continue;
    // A process that was killed may have left half a line.
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
      if (line.endsWith("]")) yield JSON.parse(line) as SpoolRecord;
    }
  }
};

/** Names of one world, joined: an address is what the folder behind it is. */
const worldsOf = (records: readonly SpoolRecord[]): ((name: string) => readonly string[]) => {
  const aliases = new Map<string, Set<string>>();
  for (const record of records)
    if (record[0] === "alias") aliases.getOrInsertComputed(record[1], () => new Set<string>()).add(record[2]);
  return (name) => [name, ...(aliases.get(name) ?? [])];
};

const kindsIn = (needles: Needles, record: SpoolRecord): readonly (SecretKind | Shape)[] => {
  switch (record[0]) {
    case "run":
      return needles.inRun(record[3]);
    case "text":
      return needles.inTemplate(record[3]);
    case "code":
      return needles.isCode(record[3], record[4]) ? ["code"] : [];
    case "phone":
      return needles.isPhone(record[3]) ? ["phone"] : [];
    case "shape":
      return [record[3]];
    case "secret":
    case "alias":
    case "looked":
      return [];
    default:
      return record satisfies never;
  }
};

const placeOf = (record: SpoolRecord): { channel: Channel; place: string } | null =>
  record[0] === "secret" || record[0] === "alias" || record[0] === "looked"
    ? null
    : { channel: record[1], place: record[2] };

const sum = (records: readonly SpoolRecord[]): Looked => {
  const total = { lines: 0, tables: 0, unread: 0 };
  for (const record of records) {
    if (record[0] !== "looked") continue;
    total.lines += record[1].lines;
    total.tables += record[1].tables;
    total.unread += record[1].unread;
  }
  return total;
};

/** Compares all that was said with all that is secret, over all processes that wrote into the folder. */
export const search = (folder: string): Search => {
  const records = [...recordsOf(folder)];
  const needles = createNeedles(worldsOf(records));
  for (const record of records) if (record[0] === "secret") needles.add(record[1], record[2], record[3]);
  const leaks = new Map<string, Leak>();
  for (const record of records) {
    const where = placeOf(record);
    if (where === null) continue;
    for (const kind of kindsIn(needles, record)) {
      const leak = { kind, channel: where.channel, place: needles.masked(where.place) };
      if (!mayStand(kind, where.channel, where.place)) leaks.set(JSON.stringify(leak), leak);
    }
  }
  return { leaks: [...leaks.values()], secrets: needles.secrets, kinds: needles.kinds, looked: sum(records) };
};
