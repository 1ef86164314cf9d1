import { sql } from "drizzle-orm";
import { decodeJwt } from "jose";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes, withChangedNotes } from "./act-notes.ts";
import { allowedMs, bounds } from "./bounds.ts";
import { inDatabase } from "./breaking.ts";
import { comeIn } from "./newcomers.ts";
import { withStalls } from "./stall-watch.ts";

const NAME = "stolen-refresh-tokens-are-caught";
const PATIENCE = { timeoutMs: 30_000, everyMs: 20 } as const;
const WARNING = /signed out.*to be safe/i;
const REFUSED = 401;

const notesSchema = z.object({
  sessionId: z.string(),
  /** What the thief was answered, and afterwards the one whose token was copied. */
  thief: z.int(),
  owner: z.int(),
  /** Until the last access token was refused. */
  accessEndedMs: z.number(),
  stallMs: z.number(),
  warned: z.boolean(),
});
type Notes = z.infer<typeof notesSchema>;

const pairSchema = z.object({ accessToken: z.string(), refreshToken: z.string() });

/** A token that has been replaced, twice over, is shown once more. */
const play = async (shop: ShopUnderProof): Promise<Notes> => {
  const api = shop.recorded(NAME);
  const person = await comeIn(shop, "Annie");
  const after = await shop.sandbox.lastMessageId(person.personId);
  const refresh = (refreshToken: string) =>
    api.send("/v1/auth/refresh", { method: "POST", body: { refreshToken } });
  const first = pairSchema.parse((await refresh(person.refreshToken)).body);
  const second = pairSchema.parse((await refresh(first.refreshToken)).body);
  const isOut = async () =>
    (await api.send("/v1/users/me", { token: second.accessToken })).status === REFUSED;
  const thief = (await refresh(person.refreshToken)).status;
  const stolenAt = performance.now();
  const { stallMs } = await withStalls(() => waitFor(isOut, { ...PATIENCE, what: "the session to end" }));
  const accessEndedMs = Math.round(performance.now() - stolenAt);
  const owner = (await refresh(second.refreshToken)).status;
  const warned = await shop.sandbox
    .waitForMessage(person.personId, after, ({ text }) => WARNING.test(text), "a warning")
    .then(
      () => true,
      () => false,
    );
  const sessionId = String(decodeJwt(person.accessToken).sid);
  return { sessionId, thief, owner, accessEndedMs, stallMs, warned };
};

/** What auth has on record of the session: that it ended by reuse, with no token that would begin anything. */
const onRecord = async ({ databases }: ShopUnderProof, sessionId: string): Promise<Finding[]> => {
  const [{ rows: sessions }, { rows: audit }] = await Promise.all([
    databases.auth.db.execute<{ reason: string | null }>(
      sql`select revoke_reason as reason from session where id::text = ${sessionId}`,
    ),
    databases.auth.db.execute(
      sql`select 1 from audit_event where kind = 'token-reused' and session_id::text = ${sessionId}`,
    ),
  ]);
  return [
    ...(sessions[0]?.reason === "reuse"
      ? []
      : [finding("the family of a stolen token is alive", { sessionId })]),
    ...(audit.length === 1 ? [] : [finding("the theft is not on record once", { times: audit.length })]),
  ];
};

const judge = async (notes: Notes, { shop }: Evidence): Promise<Verdict> => {
  const { sessionId, thief, owner, accessEndedMs, stallMs, warned } = notes;
  const mayTakeMs = allowedMs(bounds.sessionEndedMs, stallMs);
  return {
    counted: { thefts: 1, accessEndedMs, allowedMs: bounds.sessionEndedMs, stallMs },
    findings: [
      ...(thief === REFUSED ? [] : [finding("a token that had been replaced was good", { status: thief })]),
      ...(owner === REFUSED ? [] : [finding("the family goes on after a theft", { status: owner })]),
      ...(accessEndedMs <= mayTakeMs
        ? []
        : [
            finding(`the access token was good for ${accessEndedMs} ms after the theft`, {
              allowedMs: mayTakeMs,
            }),
          ]),
      ...(warned ? [] : [finding("the owner of a stolen token was not told")]),
      ...(await onRecord(shop, sessionId)),
    ],
  };
};

/** Who copies a refresh token gets nothing by it, and its owner hears of it. */
export const stolenTokensAreCaught: ProvenPromise = {
  name: NAME,
  says: "Stolen refresh tokens are caught: reuse ends the family, and its owner is told",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "The family of a stolen token lives again",
      async breakIt(evidence) {
        const { sessionId } = notesSchema.parse(evidence.acts[NAME]);
        const revive = sql`update session set revoked_at = null, revoke_reason = null where id::text = ${sessionId}`;
        return inDatabase("auth", revive)(evidence);
      },
    },
    {
      name: `${NAME}/good`,
      says: "A token that had been replaced was good once more",
      breakIt: async (evidence) => withChangedNotes(evidence, NAME, { thief: 200 }),
    },
    {
      name: `${NAME}/silent`,
      says: "The owner of a stolen token was not told",
      breakIt: async (evidence) => withChangedNotes(evidence, NAME, { warned: false }),
    },
  ],
};
