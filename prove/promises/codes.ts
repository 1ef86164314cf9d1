import { sql } from "drizzle-orm";
import type { Evidence, Finding, ProvenPromise, ShopUnderProof, Verdict } from "../promise.ts";
import { finding, judgeNotes, withChangedNotes } from "./act-notes.ts";
import { inDatabase } from "./breaking.ts";
import { ACCOUNT_TRIES, type Guesses, guessCodes, guessesSchema, TRIES } from "./guess-codes.ts";

const NAME = "codes-cannot-be-guessed";
/** What a wrong code is told, and a right one that is of no use any more. */
const WRONG = "401 OTP_INVALID";
const DIGITS = { calm: 6, guessed: 8 } as const;

const answerFindings = (notes: Guesses): Finding[] => {
  const { wrong, right, wrongOfAccount, rightOfAccount, digits, digitsWhenGuessed } = notes;
  const isLonger = digitsWhenGuessed === DIGITS.guessed && digits >= DIGITS.calm;
  return [
    ...([...wrong, ...wrongOfAccount].every((answer) => answer === WRONG)
      ? []
      : [finding("wrong codes were not refused as wrong", { answers: [...new Set(wrongOfAccount)] })]),
    ...(right === "429 OTP_TOO_MANY"
      ? []
      : [finding(`the right code was good after ${TRIES} wrong ones`, { answer: right })]),
    ...(rightOfAccount === WRONG
      ? []
      : [
          finding(`an account was open after ${ACCOUNT_TRIES} wrong codes in a row`, {
            answer: rightOfAccount,
          }),
        ]),
    ...(isLonger
      ? []
      : [finding("codes are not longer while they are being guessed", { digits, digitsWhenGuessed })]),
  ];
};

interface Tried extends Record<string, unknown> {
  readonly challenges: number;
  readonly most: number;
  readonly usedAnyway: number;
}

/** Over all sign-ins of the run: how often one was tried, and whether any that was tried to its end let somebody in. */
const readTries = async ({ databases }: ShopUnderProof): Promise<Tried | undefined> => {
  const { rows } = await databases.auth.db.execute<Tried>(sql`
    select count(*)::int as challenges, coalesce(max(attempts), 0)::int as most,
      count(*) filter (where consumed_at is not null and ${TRIES} <= (
        select count(*) from audit_event a where a.kind = 'code-refused' and a.challenge_id = c.id))::int as "usedAnyway"
    from challenge c`);
  return rows[0];
};

const judge = async (notes: Guesses, { shop }: Evidence): Promise<Verdict> => {
  const tried = await readTries(shop);
  return {
    counted: {
      ...{ challenges: tried?.challenges ?? 0, mostTries: tried?.most ?? 0, allowedTries: TRIES },
      ...{ digits: notes.digits, digitsWhenGuessed: notes.digitsWhenGuessed },
    },
    findings: [
      ...answerFindings(notes),
      ...((tried?.usedAnyway ?? 0) === 0
        ? []
        : [finding("a sign-in that had been guessed at let somebody in", { times: tried?.usedAnyway })]),
    ],
  };
};

/** Nobody gets in by trying. */
export const codesCannotBeGuessed: ProvenPromise = {
  name: NAME,
  says: "Codes cannot be guessed: 5 tries a challenge, 20 an account, 6 digits, 8 while wrong codes pass 60 a minute",
  act: { when: "calm", play: (shop) => guessCodes(shop, NAME) },
  judge: judgeNotes(NAME, guessesSchema, judge),
  breaches: [
    {
      name: NAME,
      says: "The right code is good after five wrong ones",
      breakIt: async (evidence) => withChangedNotes(evidence, NAME, { right: "200" }),
    },
    {
      name: `${NAME}/used`,
      says: "A challenge that was tried to its end has let somebody in",
      async breakIt(evidence) {
        const { challengeId } = guessesSchema.parse(evidence.acts[NAME]);
        const use = sql`update challenge set consumed_at = now() where id = ${challengeId}`;
        return inDatabase("auth", use)(evidence);
      },
    },
    {
      name: `${NAME}/short`,
      says: "Codes stay short while they are being guessed",
      breakIt: async (evidence) => withChangedNotes(evidence, NAME, { digitsWhenGuessed: DIGITS.calm }),
    },
    {
      name: `${NAME}/account`,
      says: "An account stays open however often its codes are guessed at",
      breakIt: async (evidence) => withChangedNotes(evidence, NAME, { rightOfAccount: "200" }),
    },
  ],
};
