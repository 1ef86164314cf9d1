import { z } from "zod";
import type { CallRecord, Evidence, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes, withNotes } from "./act-notes.ts";
import { withCall } from "./breaking.ts";
import { firstFew } from "./rows.ts";

const NAME = "a-deploy-is-invisible";
const notesSchema = z.object({ fromMs: z.number(), toMs: z.number(), restarts: z.int() });
type Notes = z.infer<typeof notesSchema>;

/** A busy machine needs a minute and more for each of the processes. */
const TIMEOUT_MS = 900_000;

const play = async (shop: ShopUnderProof, signal: AbortSignal): Promise<Notes | null> => {
  if (shop.deploy === undefined) return null;
  const fromMs = shop.now();
  const { restarts } = await shop.deploy(signal);
  return { fromMs, toMs: shop.now(), restarts };
};

/** No answer, one that tells of a fault of ours, or one that takes somebody for a stranger who is signed in. */
const hasFailed = ({ status }: CallRecord): boolean => status === null || status >= 500 || status === 401;

const judge = ({ fromMs, toMs, restarts }: Notes, { calls }: Evidence): Verdict => {
  const during = calls.filter(({ atMs, tookMs }) => atMs <= toMs && atMs + tookMs >= fromMs);
  const failed = during.filter(hasFailed);
  return {
    counted: {
      ...{ restarts, requests: during.length, failed: failed.length, tookMs: Math.round(toMs - fromMs) },
      slowestMs: Math.round(during.reduce((worst, { tookMs }) => Math.max(worst, tookMs), 0)),
    },
    findings: [
      ...(restarts > 0 ? [] : [finding("nothing was restarted")]),
      ...(during.length > 0 ? [] : [finding("nobody asked for anything during the deploy")]),
      ...firstFew(failed).map(({ name, method, path, status, code, atMs, tookMs }) =>
        finding(`${name} failed during a deploy: ${status ?? "no answer"}`, {
          ...{ method, path: path.split("?")[0], status, code: code ?? null },
          ...{ atMs: Math.round(atMs), tookMs: Math.round(tookMs) },
        }),
      ),
    ],
  };
};

/** A new version comes while people buy, and nobody sees it. */
export const deployIsInvisible: ProvenPromise = {
  name: NAME,
  says: "A deploy is invisible: processes restart one after another under load, and no request fails",
  act: { when: "calm", timeoutMs: TIMEOUT_MS, play },
  judge: judgeNotes(
    NAME,
    notesSchema,
    judge,
    "one process is everything: nobody else is there while it restarts",
  ),
  breaches: [
    {
      name: NAME,
      says: "A request failed while processes were restarted",
      async breakIt(evidence) {
        const fromMs = evidence.calls[0]?.atMs ?? 0;
        const played = evidence.acts[NAME] ?? { fromMs, toMs: fromMs + 1, restarts: 1 };
        const atMs = notesSchema.parse(played).fromMs;
        const call = { name: "product", method: "GET", path: "/v1/products/x", status: 502 };
        return withCall(withNotes(evidence, NAME, played), { atMs, tookMs: 1, ...call });
      },
    },
  ],
};
