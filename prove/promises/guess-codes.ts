import { sql } from "drizzle-orm";
import { z } from "zod";
import type { ApiClient, Call } from "../../tools/client/api-client.ts";
import { codeIn } from "../../tools/client/sandbox-client.ts";
import type { ShopUnderProof } from "../promise.ts";
import { comeIn } from "./newcomers.ts";

/** Wrong codes that a challenge bears. */
export const TRIES = 5;
/** Wrong codes in a row that close this way in to an account. */
export const ACCOUNT_TRIES = 20;
/** From so many wrong codes a minute on, all over the shop, codes are longer. */
const WRONG_A_MINUTE = 60;
const GUESSED_CHALLENGES = Math.ceil((WRONG_A_MINUTE + TRIES) / TRIES);

export const guessesSchema = z.object({
  challengeId: z.string(),
  /** Status and code of the answers: to wrong codes of one challenge, and to the right one after them. */
  wrong: z.array(z.string()),
  right: z.string(),
  /** The same over several challenges of one account: to the right code of one that was never guessed at. */
  wrongOfAccount: z.array(z.string()),
  rightOfAccount: z.string(),
  /** Digits of a code in calm, and while codes are being guessed. */
  digits: z.int(),
  digitsWhenGuessed: z.int(),
});
export type Guesses = z.infer<typeof guessesSchema>;

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string() });
type Challenge = z.infer<typeof challengeSchema>;
const problemSchema = z.object({ code: z.string().optional() }).catch({});

/** What was answered, in short: `401 OTP_INVALID`. */
const saidTo = async (api: ApiClient, path: string, call: Call): Promise<string> => {
  const { status, body } = await api.send(path, call);
  const { code } = problemSchema.parse(body);
  return code === undefined ? String(status) : `${status} ${code}`;
};

const ask = async (api: ApiClient, body: Readonly<Record<string, unknown>>): Promise<Challenge> =>
  (await api.expect(202, challengeSchema, "/v1/auth/otp/request", { method: "POST", body })).body;

const verify = (api: ApiClient, challenge: Challenge, code: string): Promise<string> =>
  saidTo(api, "/v1/auth/otp/verify", { method: "POST", body: { ...challenge, code } });

/** Codes of the same length that are all wrong. */
const wrongCodes = (right: string): string[] =>
  Array.from({ length: TRIES }, (_, nth) =>
    String((Number(right) + nth + 1) % 10 ** right.length).padStart(right.length, "0"),
  );

interface Known {
  readonly personId: number;
  readonly phone: string;
}

/** Somebody whose phone the shop knows. */
const acquaintance = async (shop: ShopUnderProof, firstName: string): Promise<Known> => {
  const { personId, userId } = await comeIn(shop, firstName);
  const { rows } = await shop.databases.auth.db.execute<{ phone: string }>(
    sql`select phone from app_user where id = ${userId}`,
  );
  return { personId, phone: rows[0]?.phone ?? "" };
};

/** A sign-in that somebody asks for: the code comes into their chat. */
const askForCode = async ({ sandbox }: ShopUnderProof, api: ApiClient, { personId, phone }: Known) => {
  const after = await sandbox.lastMessageId(personId);
  const challenge = await ask(api, { phone });
  const message = await sandbox.waitForMessage(personId, after, (sent) => codeIn(sent) !== null, "a code");
  return { challenge, code: codeIn(message) ?? "" };
};

/** Guesses at sign-ins that belong to nobody, until the shop knows that it is being guessed at. */
const guessAllOver = async (api: ApiClient): Promise<void> => {
  const challenges = await Promise.all(
    Array.from({ length: GUESSED_CHALLENGES }, () => ask(api, { link: true })),
  );
  for (const challenge of challenges)
    await Promise.all(wrongCodes("000000").map((code) => verify(api, challenge, code)));
};

/** Guesses at one sign-in of somebody until it bears no more; answers what was said, and what to the right code after that. */
const guessAt = async (shop: ShopUnderProof, api: ApiClient, who: Known) => {
  const { challenge, code } = await askForCode(shop, api, who);
  const wrong: string[] = [];
  for (const guess of wrongCodes(code)) wrong.push(await verify(api, challenge, guess));
  return {
    challengeId: challenge.challengeId,
    wrong,
    right: await verify(api, challenge, code),
    digits: code.length,
  };
};

/** Tries to get in by guessing: at one challenge, at all those of one account, and all over the shop. */
export const guessCodes = async (shop: ShopUnderProof, name: string): Promise<Guesses> => {
  const api = shop.recorded(name);
  const [known, other] = await Promise.all([acquaintance(shop, "Mary"), acquaintance(shop, "Katherine")]);
  const untouched = await askForCode(shop, api, known);
  const first = await guessAt(shop, api, known);
  const wrongOfAccount = [...first.wrong];
  while (wrongOfAccount.length < ACCOUNT_TRIES)
    wrongOfAccount.push(...(await guessAt(shop, api, known)).wrong);
  const rightOfAccount = await verify(api, untouched.challenge, untouched.code);
  await guessAllOver(api);
  const longer = await askForCode(shop, api, other);
  return { ...first, wrongOfAccount, rightOfAccount, digitsWhenGuessed: longer.code.length };
};
