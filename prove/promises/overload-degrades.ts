import { availableParallelism } from "node:os";
import { z } from "zod";
import { quantile } from "../../bench/statistics.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes, withChangedNotes } from "./act-notes.ts";
import { allowedMs, bounds } from "./bounds.ts";
import { type FloodAnswer, type FloodResult, type FloodWork, openFlood } from "./flood.ts";
import { sellSomethingNew } from "./new-goods.ts";
import { comeIn } from "./newcomers.ts";

const NAME = "overload-degrades";
const CLIENTS = 128;
const TIMES = 5;
const WARM_UP_MS = 1_000;
const CALM_MS = 1_500;
const FLOOD_MS = 2_500;
/** A flood needs some time to be known as one. */
const ONSET_MS = 1_000;
/** Crowds that come together are served faster, and so a first flood may only show what could be taken all the time. */
const ROUNDS_MAX = 5;
const PLENTY = 1_000_000;
const BUYERS = 4;
const PATIENCE = { timeoutMs: 10_000, everyMs: 100 } as const;

const notesSchema = z.object({
  /** Orders taken a second: the most in calm, and in the flood that was five times as much. */
  capacity: z.number(),
  goodput: z.number(),
  sentPerSecond: z.number(),
  refused: z.int(),
  refusedWithoutRetryAfter: z.int(),
  refusedP50Ms: z.number(),
  refusedP99Ms: z.number(),
  /** Answers that are neither an order nor a refusal, by status. */
  others: z.record(z.string(), z.int()),
  stallMs: z.number(),
  usualStallMs: z.number(),
  /** Of the machine's processors, what the senders left to the shop: in calm, and in the flood. */
  processorsInCalm: z.number(),
  processorsInFlood: z.number(),
  /** How many times as long everything takes because others use the machine. */
  contentionInCalm: z.number(),
  contentionInFlood: z.number(),
  /** Until an order was taken again after the flood. */
  wellAgainMs: z.number(),
});
type Notes = z.infer<typeof notesSchema>;

/** Rounded; 0 where nobody waited. */
const waitMs = (waits: readonly number[], share: number): number => Math.round(quantile(waits, share) || 0);

const isTaken = ({ status }: FloodAnswer): boolean => status === 201 || status === 202;
const isRefused = ({ status }: FloodAnswer): boolean => status === 503 || status === 429;

/** Orders a second that were taken between two moments. */
const rate = (answers: readonly FloodAnswer[], fromMs: number, toMs: number): number =>
  (1_000 *
    answers.filter((answer) => isTaken(answer) && answer.endedMs >= fromMs && answer.endedMs < toMs).length) /
  (toMs - fromMs);

/** At least a tenth: on a machine that has one the sender may have all of it. */
const leftBy = ({ processors }: FloodResult): number =>
  Math.round(100 * Math.max(0.1, availableParallelism() - processors)) / 100;

type FloodNotes = Omit<Notes, "capacity" | "processorsInCalm" | "contentionInCalm" | "wellAgainMs">;

const notesOf = (flood: FloodResult): FloodNotes => {
  const { answers, stallMs, usualStallMs } = flood;
  const refused = answers.filter(isRefused);
  const waits = refused.map(({ tookMs }) => tookMs);
  const strange = answers.filter((answer) => !isTaken(answer) && !isRefused(answer));
  return {
    ...{ goodput: Math.round(rate(answers, ONSET_MS, FLOOD_MS)), stallMs, usualStallMs },
    ...{ processorsInFlood: leftBy(flood), contentionInFlood: flood.contention },
    sentPerSecond: Math.round((1_000 * answers.length) / FLOOD_MS),
    refused: refused.length,
    refusedWithoutRetryAfter: refused.filter(({ retryAfter }) => !retryAfter).length,
    ...{ refusedP50Ms: waitMs(waits, 0.5), refusedP99Ms: waitMs(waits, 0.99) },
    others: Object.fromEntries(
      [...Map.groupBy(strange, ({ status }) => String(status ?? "none"))].map(([status, all]) => [
        status,
        all.length,
      ]),
    ),
  };
};

/** People who buy by the hundred and do not want to hear of it: else Telegram would be what is flooded. */
const quietBuyers = (shop: ShopUnderProof): Promise<string[]> =>
  Promise.all(
    Array.from({ length: BUYERS }, async (_, nth) => {
      const { accessToken: token } = await comeIn(shop, `Dealer ${nth}`);
      const body = { categories: { orders: false }, quietHours: null, language: null };
      await shop.api.expect(200, z.unknown(), "/v1/notifications/preferences", {
        method: "PUT",
        token,
        body,
      });
      return token;
    }),
  );

type Flood = Awaited<ReturnType<typeof openFlood>>;
type Crowd = Pick<FloodWork, "url" | "sku" | "tokens">;

/** What is taken of five times what can be: floods, until one is five times as much as was ever taken. */
const floodUntilFull = async (flood: Flood, crowd: Crowd, signal: AbortSignal) => {
  await flood.send({ ...crowd, forMs: WARM_UP_MS, clients: CLIENTS });
  const calm = await flood.send({ ...crowd, forMs: CALM_MS, clients: CLIENTS });
  let best = {
    capacity: Math.round(rate(calm.answers, 0, CALM_MS)),
    ...{ processorsInCalm: leftBy(calm), contentionInCalm: calm.contention },
  };
  for (let round = 1; ; round += 1) {
    const perSecond = TIMES * Math.max(1, best.capacity);
    const notes = notesOf(await flood.send({ ...crowd, forMs: FLOOD_MS, perSecond }));
    signal.throwIfAborted();
    if (notes.goodput <= best.capacity || round === ROUNDS_MAX) return { ...best, ...notes };
    best = {
      capacity: notes.goodput,
      ...{ processorsInCalm: notes.processorsInFlood, contentionInCalm: notes.contentionInFlood },
    };
  }
};

const play = async (shop: ShopUnderProof, signal: AbortSignal): Promise<Notes> => {
  const sku = await sellSomethingNew(shop, PLENTY);
  const crowd = { url: shop.url, sku, tokens: await quietBuyers(shop) };
  const flood = await openFlood();
  try {
    const notes = await floodUntilFull(flood, crowd, signal);
    const endedAt = performance.now();
    const call = { method: "POST", token: crowd.tokens[0], body: { lines: [{ sku, quantity: 1 }] } } as const;
    const works = async () => (await shop.recorded(NAME).send("/v1/orders", call)).status === 201;
    await waitFor(works, { ...PATIENCE, what: "an order after the flood" });
    return { ...notes, wellAgainMs: Math.round(performance.now() - endedAt) };
  } finally {
    await flood.close();
  }
};

/**
 * Of what is taken in calm, what has to be in the flood: of a machine that senders share with the shop they take more then, and others may
 * have taken more of it as well.
 */
const wantedShare = (notes: Notes): number =>
  bounds.goodputShare *
  Math.min(1, notes.processorsInFlood / notes.processorsInCalm) *
  Math.min(1, notes.contentionInCalm / notes.contentionInFlood);

/** The bound is one of the middle refusal, so what is added is the sender's usual stall and never its worst. */
const mayRefuseInMs = ({ contentionInFlood, usualStallMs }: Notes): number =>
  allowedMs(bounds.refusedMs * contentionInFlood, usualStallMs);

/** What holds on every machine: each is answered, by an order or by a refusal that says when to come again. */
const answerFindings = ({ refused, refusedWithoutRetryAfter, others }: Notes): Finding[] => [
  ...(refusedWithoutRetryAfter === 0
    ? []
    : [finding(`${refusedWithoutRetryAfter} of ${refused} refusals said nothing of when to come again`)]),
  ...(Object.keys(others).length === 0
    ? []
    : [finding("a flood was answered by neither an order nor a refusal", others)]),
];

/** What holds on a machine that has time for the shop. */
const speedFindings = (notes: Notes, wantedPercent: number, goodputPercent: number): Finding[] => {
  const { refusedP50Ms, usualStallMs } = notes;
  const mayTakeMs = mayRefuseInMs(notes);
  return [
    ...(goodputPercent >= wantedPercent
      ? []
      : [
          finding(`only ${goodputPercent} % of what is taken in calm was taken in a flood`, {
            ...notes,
            wantedPercent,
          }),
        ]),
    ...(refusedP50Ms <= mayTakeMs
      ? []
      : [finding(`refusals took ${refusedP50Ms} ms`, { refusedP50Ms, allowedMs: mayTakeMs, usualStallMs })]),
  ];
};

/** Why the figures of a flood say nothing; null where they do. A bound that is stretched without end is none. */
const whyNot = (notes: Notes): string | null => {
  const { goodput, capacity, refused, contentionInCalm, contentionInFlood } = notes;
  if (goodput > capacity && refused === 0) return "nobody could ask for more than was taken";
  const contention = Math.max(contentionInCalm, contentionInFlood);
  return contention > bounds.contention
    ? `others had the machine: everything took ${contention} times as long`
    : null;
};

const judge = (notes: Notes): Verdict => {
  const { others: _, ...figures } = notes;
  const findings = answerFindings(notes);
  const notJudged = whyNot(notes);
  if (notJudged !== null)
    return findings.length > 0 ? { counted: figures, findings } : { counted: figures, findings, notJudged };
  const goodputPercent = Math.round((100 * notes.goodput) / Math.max(1, notes.capacity));
  const wantedPercent = Math.round(100 * wantedShare(notes));
  return {
    counted: { ...figures, goodputPercent, wantedPercent, allowedRefusalMs: mayRefuseInMs(notes) },
    findings: [...findings, ...speedFindings(notes, wantedPercent, goodputPercent)],
  };
};

/** Breaches are made on a machine that has time, whatever this one is like: else their figures would not be judged. */
const ALONE = { contentionInCalm: 1, contentionInFlood: 1 } as const;

/** More than can be taken costs nobody what can be. */
export const overloadDegrades: ProvenPromise = {
  name: NAME,
  says: "Overload degrades: of five times what can be taken 90 % of it is, and the rest is refused within 50 ms with Retry-After",
  act: { when: "calm", alone: true, play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A flood leaves room for hardly anything of what is taken in calm",
      async breakIt(evidence) {
        const { capacity } = notesSchema.parse(evidence.acts[NAME]);
        return withChangedNotes(evidence, NAME, { ...ALONE, goodput: Math.floor(capacity / 20) });
      },
    },
    {
      name: `${NAME}/slow`,
      says: "Who is refused waits for it",
      async breakIt(evidence) {
        const notes = { ...notesSchema.parse(evidence.acts[NAME]), ...ALONE };
        const refusedP50Ms = mayRefuseInMs(notes) + 1;
        return withChangedNotes(evidence, NAME, {
          ...ALONE,
          refused: Math.max(1, notes.refused),
          refusedP50Ms,
        });
      },
    },
    {
      name: `${NAME}/silent`,
      says: "Who is refused is not told when to come again",
      breakIt: async (evidence) =>
        withChangedNotes(evidence, NAME, { refused: 10, refusedWithoutRetryAfter: 1 }),
    },
  ],
};
