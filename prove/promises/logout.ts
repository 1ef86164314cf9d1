import { sql } from "drizzle-orm";
import { decodeJwt } from "jose";
import { z } from "zod";
import { timeToEnd } from "../../e2e/session-probes.ts";
import type { SignedIn } from "../../tools/client/sign-in.ts";
import type { Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes, withChangedNotes } from "./act-notes.ts";
import { allowedMs, bounds } from "./bounds.ts";
import { inDatabase } from "./breaking.ts";
import { comeIn } from "./newcomers.ts";
import { withStalls } from "./stall-watch.ts";

const NAME = "logout-means-logout";
const conditions = ["with everything there", "without redis", "without rabbitmq"] as const;
type Condition = (typeof conditions)[number];

const endingSchema = z.object({
  condition: z.enum(conditions),
  sessionId: z.string(),
  /** Milliseconds until it was refused, by service and stream. */
  inForceMs: z.record(z.string(), z.number()),
  stallMs: z.number(),
});
const notesSchema = z.object({ endings: z.array(endingSchema) });
type Notes = z.infer<typeof notesSchema>;
type Ending = z.infer<typeof endingSchema>;

const endSession = async (
  shop: ShopUnderProof,
  condition: Condition,
  { accessToken: token }: SignedIn,
): Promise<Ending> => {
  const { result: inForceMs, stallMs } = await withStalls(() =>
    timeToEnd(shop.api, { tokens: [token] }, () =>
      shop.recorded(NAME).expect(204, z.unknown(), "/v1/auth/logout", { method: "POST", token }),
    ),
  );
  return { condition, sessionId: String(decodeJwt(token).sid), inForceMs, stallMs };
};

const play = async (shop: ShopUnderProof): Promise<Notes> => {
  // All of them sign in before: without Redis nobody does.
  const [first, second, third] = await Promise.all(
    ["Ada", "Barbara", "Grace"].map((name) => comeIn(shop, name)),
  );
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("nobody has signed in");
  const endings = [await endSession(shop, "with everything there", first)];
  for (const [server, person] of [
    ["redis", second],
    ["rabbitmq", third],
  ] as const)
    if (shop.servers.includes(server))
      await shop.without(
        server,
        async () => void endings.push(await endSession(shop, `without ${server}`, person)),
      );
  return { endings };
};

const boundOf = (condition: Condition): number =>
  condition === "with everything there" ? bounds.sessionEndedMs : bounds.sessionEndedWithoutServerMs;

const lateIn = ({ condition, inForceMs, stallMs }: Ending): Finding[] => {
  const mayTakeMs = allowedMs(boundOf(condition), stallMs);
  return Object.entries(inForceMs)
    .filter(([, tookMs]) => tookMs > mayTakeMs)
    .map(([where, tookMs]) =>
      finding(`${where} went on for ${Math.round(tookMs)} ms after a logout ${condition}`, {
        ...{ where, condition, tookMs: Math.round(tookMs), allowedMs: mayTakeMs, stallMs },
      }),
    );
};

/** Sessions that are alive although their owners have left. */
const revived = async ({ databases }: ShopUnderProof, endings: readonly Ending[]): Promise<Finding[]> => {
  const { rows } = await databases.auth.db.execute<{ id: string }>(
    sql`select id from session where revoked_at is null and id::text in ${endings.map(({ sessionId }) => sessionId)}`,
  );
  return rows.map(({ id }) => finding("a session that was ended is alive", { sessionId: id }));
};

const judge = async ({ endings }: Notes, { shop }: Evidence): Promise<Verdict> => {
  const slowest = (of: readonly Ending[]) =>
    Math.round(Math.max(0, ...of.flatMap(({ inForceMs }) => Object.values(inForceMs))));
  const calm = endings.filter(({ condition }) => condition === "with everything there");
  const crippled = endings.filter(({ condition }) => condition !== "with everything there");
  return {
    counted: {
      places: Object.keys(endings[0]?.inForceMs ?? {}).length,
      ...{ slowestMs: slowest(calm), allowedMs: bounds.sessionEndedMs },
      ...(crippled.length === 0
        ? {}
        : {
            slowestWithoutServerMs: slowest(crippled),
            allowedWithoutServerMs: bounds.sessionEndedWithoutServerMs,
          }),
      stallMs: Math.max(0, ...endings.map(({ stallMs }) => stallMs)),
    },
    findings: [...endings.flatMap(lateIn), ...(await revived(shop, endings))],
  };
};

/** Who has left is out, everywhere. */
export const logoutMeansLogout: ProvenPromise = {
  name: NAME,
  says: "Logout means logout: refused by every service and stream within 1 s, within 5 s without Redis or RabbitMQ",
  act: { when: "calm", play },
  judge: judgeNotes(NAME, notesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "A session that was ended lives again",
      async breakIt(evidence) {
        const { endings } = notesSchema.parse(evidence.acts[NAME]);
        const revive = sql`update session set revoked_at = null, revoke_reason = null
          where id::text = ${endings[0]?.sessionId ?? ""}`;
        return inDatabase("auth", revive)(evidence);
      },
    },
    {
      name: `${NAME}/late`,
      says: "A service goes on taking the token of a session that has ended",
      async breakIt(evidence) {
        const { endings } = notesSchema.parse(evidence.acts[NAME]);
        const late = endings.map((ending) => {
          const tookMs = allowedMs(boundOf(ending.condition), ending.stallMs) + 1;
          return { ...ending, inForceMs: { ...ending.inForceMs, orders: tookMs } };
        });
        return withChangedNotes(evidence, NAME, { endings: late });
      },
    },
  ],
};
