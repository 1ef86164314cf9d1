import { z } from "zod";
import type { Judged } from "./judging.ts";
import type { CallRecord, Evidence, FaultRecord } from "./promise.ts";
import type { RunOptions } from "./run.ts";

const counts = z.record(z.string(), z.int());
const recoverySchema = z.object({
  /** Faults after which somebody saw the shop ready again before the next one struck. */
  watched: z.int(),
  medianMs: z.int().nullable(),
  worstMs: z.int().nullable(),
});

const faultSchema = z.object({
  atMs: z.int(),
  kind: z.string(),
  target: z.string(),
  detail: z.string(),
  struck: z.boolean(),
  endedAtMs: z.int().nullable(),
  recoveredAtMs: z.int().nullable(),
});

/** A report as JSON. A reader refuses another version than its own. */
export const reportSchema = z.object({
  version: z.literal(1),
  seed: z.int(),
  minutes: z.number(),
  servers: z.enum(["embedded", "real"]),
  only: z.array(z.string()).nullable(),
  broken: z.string().nullable(),
  commit: z.string().nullable(),
  startedAt: z.iso.datetime(),
  tookSeconds: z.number(),
  machine: z.object({
    system: z.string(),
    processors: z.int(),
    model: z.string(),
    memoryGb: z.number(),
    bun: z.string(),
  }),
  figures: z.object({
    requests: z.int(),
    requestsByName: counts,
    answers: counts,
    /** Keys under which somebody ordered, and what became of them. */
    orders: z.object({
      placed: z.int(),
      confirmed: z.int(),
      pending: z.int(),
      outOfStock: z.int(),
      refused: z.int(),
      unanswered: z.int(),
      cancelled: z.int(),
    }),
    kills: z.int(),
    killsByPoint: counts,
    faults: z.int(),
    faultsByKind: counts,
    /** Of them: those that could not be made. */
    notStruck: z.int(),
    recovery: recoverySchema,
    unwantedExits: z.int(),
    streamsOpened: z.int(),
    streamResyncs: z.int(),
    messages: z.int(),
  }),
  /** All that was done to the shop, in its order, and every end that nobody had wanted. */
  faults: z.array(faultSchema),
  exits: z.array(z.object({ atMs: z.int(), part: z.string(), code: z.int() })),
  promises: z.array(
    z.object({
      name: z.string(),
      says: z.string(),
      verdict: z.enum(["kept", "broken", "not judged"]),
      counted: z.record(z.string(), z.number()),
      findings: z.array(z.object({ what: z.string(), details: z.record(z.string(), z.unknown()) })),
      notJudged: z.string().nullable(),
      keptAfterMs: z.int().nullable(),
    }),
  ),
  kept: z.boolean(),
});
export type Report = z.infer<typeof reportSchema>;
type Figures = Report["figures"];

const countBy = <Item>(items: readonly Item[], of: (item: Item) => string): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(items, of)].map(([key, same]) => [key, same.length] as const));

/** What the client of each key was told at last. */
const lastTold = (calls: readonly CallRecord[]): readonly CallRecord[] => {
  const last = new Map<string, CallRecord>();
  for (const call of calls) {
    if (call.name !== "order" || call.key === undefined) continue;
    // One that was sent twice at once is answered twice: no answer never hides an answer.
    if (call.status !== null || !last.has(call.key)) last.set(call.key, call);
  }
  return [...last.values()];
};

const ordersOf = (calls: readonly CallRecord[]): Figures["orders"] => {
  const told = lastTold(calls);
  const by = countBy(told, ({ status }) => String(status));
  const [confirmed = 0, pending = 0, outOfStock = 0] = [by["201"], by["202"], by["409"]];
  const unanswered = told.filter(({ status }) => status === null || status >= 500).length;
  return {
    placed: told.length,
    ...{ confirmed, pending, outOfStock, unanswered },
    refused: told.length - confirmed - pending - outOfStock - unanswered,
    cancelled: calls.filter(({ name, status }) => name === "cancel" && status === 200).length,
  };
};

const recoveryOf = (faults: readonly FaultRecord[]): Figures["recovery"] => {
  const times = faults
    .flatMap(({ endedAtMs, recoveredAtMs }) =>
      endedAtMs === null || recoveredAtMs === null ? [] : [recoveredAtMs - endedAtMs],
    )
    .toSorted((a, b) => a - b);
  return {
    watched: times.length,
    medianMs: times[Math.floor(times.length / 2)] ?? null,
    worstMs: times.at(-1) ?? null,
  };
};

const isKill = ({ kind }: FaultRecord): boolean =>
  kind === "kill" || kind === "crash-point" || kind === "killed";

/** What a run has counted. */
export const figuresOf = ({ calls, faults, shop }: Evidence): Figures => {
  const kills = faults.filter(isKill);
  return {
    requests: calls.length,
    requestsByName: countBy(calls, ({ name }) => name),
    answers: countBy(calls, ({ status }) => String(status ?? "none")),
    orders: ordersOf(calls),
    kills: kills.length,
    killsByPoint: countBy(kills, ({ kind, detail, target }) =>
      kind === "crash-point" ? detail : kind === "killed" ? `kill -9 of ${target}` : "kill -9 at any moment",
    ),
    faults: faults.length,
    faultsByKind: countBy(faults, ({ kind, target }) =>
      kind === "kill" || kind === "crash-point" ? kind : `${kind} ${target}`,
    ),
    notStruck: faults.filter(({ struck }) => !struck).length,
    recovery: recoveryOf(faults),
    unwantedExits: shop.exits.length,
    streamsOpened: shop.readers.reduce((sum, { reader }) => sum + reader.counts.opened, 0),
    streamResyncs: shop.readers.reduce((sum, { reader }) => sum + reader.counts.resyncs, 0),
    messages: shop.sends.length,
  };
};

const verdictOf = ({ verdict }: Judged): Report["promises"][number]["verdict"] => {
  if (verdict.findings.length > 0) return "broken";
  return verdict.notJudged === undefined ? "kept" : "not judged";
};

export interface ReportFacts extends Pick<Report, "commit" | "startedAt" | "tookSeconds" | "machine"> {
  readonly options: Pick<RunOptions, "seed" | "minutes" | "servers">;
  readonly only: readonly string[] | null;
  readonly broken: string | null;
}

/** Makes the report of a run. */
export const reportOf = (facts: ReportFacts, evidence: Evidence, judged: readonly Judged[]): Report => {
  const { options, only, ...rest } = facts;
  const promises = judged.map((each) => ({
    ...{ name: each.name, says: each.says, verdict: verdictOf(each) },
    ...{ counted: { ...each.verdict.counted }, findings: [...each.verdict.findings] },
    notJudged: each.verdict.notJudged ?? null,
    keptAfterMs: each.keptAfterMs,
  }));
  return {
    ...{ version: 1, seed: options.seed, minutes: options.minutes, servers: options.servers },
    ...rest,
    only: only === null ? null : [...only],
    figures: figuresOf(evidence),
    ...{ faults: [...evidence.faults], exits: [...evidence.shop.exits] },
    ...{ promises, kept: promises.every(({ verdict }) => verdict !== "broken") },
  };
};
