import { z } from "zod";
import { pause } from "../../shared/runtime/retry.ts";
import type { Evidence, FaultRecord, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes } from "./act-notes.ts";
import { bounds } from "./bounds.ts";
import { withShop } from "./breaking.ts";
import { firstFew } from "./rows.ts";

const NAME = "survives-any-restart";
/** Telegram is no server of ours: the shop is ready without it. */
const SERVERS = ["postgres", "redis", "rabbitmq"];

const AWAY_MS = 2_000;
/** Breakers that have opened meanwhile let somebody through again after five seconds. */
const BREAKERS_MS = 6_000;

const notesSchema = z.object({ servers: z.array(z.string()) });
type Notes = z.infer<typeof notesSchema>;

/** Each server is away once while nothing else strikes: in a storm the next fault comes long before the time to be back is up. */
const play = async (shop: ShopUnderProof, signal: AbortSignal): Promise<Notes> => {
  for (const server of shop.servers) {
    signal.throwIfAborted();
    await shop.without(server, () => pause(AWAY_MS, signal));
  }
  if (shop.servers.length > 0) await pause(BREAKERS_MS, signal);
  return { servers: [...shop.servers] };
};

/** How long after the end of a fault the shop was ready; null where the next fault came before the time was up. */
const backAfterMs = (fault: FaultRecord, faults: readonly FaultRecord[]): number | null => {
  const { endedAtMs, recoveredAtMs } = fault;
  if (endedAtMs === null) return Number.POSITIVE_INFINITY;
  const untilMs = Math.min(recoveredAtMs ?? Number.POSITIVE_INFINITY, endedAtMs + bounds.serverIsBackMs);
  const isDisturbed = faults.some(
    (other) =>
      other !== fault && other.struck && other.atMs <= untilMs && (other.endedAtMs ?? untilMs) >= endedAtMs,
  );
  if (isDisturbed && (recoveredAtMs === null || recoveredAtMs > untilMs)) return null;
  return recoveredAtMs === null ? Number.POSITIVE_INFINITY : Math.max(0, recoveredAtMs - endedAtMs);
};

const judge = async ({ servers }: Notes, { faults, shop }: Evidence): Promise<Verdict> => {
  const ready = await shop.api.send("/ready").catch(() => null);
  const struck = faults.filter((fault) => fault.struck && SERVERS.includes(fault.target));
  const judged = struck.flatMap((fault) => {
    const tookMs = backAfterMs(fault, faults);
    return tookMs === null ? [] : [{ fault, tookMs }];
  });
  const late = judged.filter(({ tookMs }) => tookMs > bounds.serverIsBackMs);
  const finite = judged.filter(({ tookMs }) => Number.isFinite(tookMs));
  return {
    counted: {
      faultsOfServers: struck.length,
      ...{ undisturbed: judged.length, awayOnPurpose: servers.length },
      slowestMs: Math.round(finite.reduce((worst, { tookMs }) => Math.max(worst, tookMs), 0)),
      allowedMs: bounds.serverIsBackMs,
    },
    findings: [
      ...shop.exits.map(({ part, code, atMs }) =>
        finding(`${part} has ended by itself with exit code ${code}`, { part, code, atMs: Math.round(atMs) }),
      ),
      ...firstFew(late).map(({ fault: { target, kind, atMs }, tookMs }) =>
        finding(
          `after ${kind} of ${target} the shop was ${Number.isFinite(tookMs) ? `ready only after ${Math.round(tookMs)} ms` : "not ready again"}`,
          { target, kind, atMs: Math.round(atMs) },
        ),
      ),
      ...(ready?.status === 200
        ? []
        : [
            finding("the shop is not ready", {
              status: ready?.status ?? null,
              said: JSON.stringify(ready?.body ?? null),
            }),
          ]),
    ],
  };
};

/** Whatever the shop needs may go away and come back, and nobody has to be called. */
export const survivesRestarts: ProvenPromise = {
  name: NAME,
  says: "Survives any one dependency's restart: no process ends, and all is back within 10 s",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A process has ended because a server went away",
      async breakIt(evidence) {
        const exit = { atMs: evidence.calmSinceMs, part: "orders", code: 1 };
        return withShop(evidence, { exits: [...evidence.shop.exits, exit] });
      },
    },
    {
      name: `${NAME}/late`,
      says: "The shop was not ready again in time",
      async breakIt(evidence) {
        const atMs = evidence.calmSinceMs + 60_000;
        const times = {
          atMs,
          endedAtMs: atMs + 1_000,
          recoveredAtMs: atMs + 1_000 + 2 * bounds.serverIsBackMs,
        };
        const fault = { kind: "cut", target: "postgres", detail: "made up", struck: true, ...times };
        return { ...evidence, faults: [...evidence.faults, fault] };
      },
    },
  ],
};
