import type { Clock } from "../../shared/kernel/clock.ts";
import { type KioskError, unauthenticated } from "../../shared/kernel/errors.ts";
import { FUTURE_MAX_SECONDS, freshnessOf } from "../domain/telegram-data.ts";
import { type BindAccountDeps, bindAccount } from "./bind-account.ts";
import { spendOrRefuse, telegramSignInsPerAddress } from "./budgets.ts";
import type { Budget, Budgets } from "./limit-ports.ts";
import type { Client, Stores, Transact } from "./ports.ts";
import { recordRefusal } from "./record-refusal.ts";
import type { Tokens } from "./session-ports.ts";
import { type SignedIn, type SignInMethod, startSession } from "./start-session.ts";
import type {
  ExchangeLimit,
  ReadInitData,
  ReadWidget,
  TelegramProof,
  WidgetFields,
} from "./telegram-ports.ts";

export interface SignInByTelegramDeps extends BindAccountDeps {
  readonly stores: Pick<Stores, "users" | "audit">;
  readonly transact: Transact;
  readonly tokens: Tokens;
  readonly budgets: Budgets;
  readonly exchangeLimit: ExchangeLimit;
  /** Sign-ins that one address may try in an hour: as many as it may ask for codes. */
  readonly otpRequestsPerAddress: number;
  /** null where sign-in from inside Telegram is not set up. */
  readonly readInitData: ReadInitData | null;
  /** null while the legacy widget is off. */
  readonly readWidget: ReadWidget | null;
  readonly clock: Clock;
}

interface Rule {
  readonly method: SignInMethod;
  /** How old what Telegram signed may be. */
  readonly maxAgeSeconds: number;
  /** How often the same data are good. The count must outlive the data. */
  readonly exchanges: Budget;
}

/** An app that is loaded again sends the same data, so once would be too little; they are made anew when it is opened anew. */
const MINI_APP: Rule = {
  method: "mini-app",
  maxAgeSeconds: 3_600,
  exchanges: { name: "mini-app-exchange", points: 5, windowSeconds: 3_600 + 2 * FUTURE_MAX_SECONDS },
};

/** The widget's data travel in addresses and are not bound to a browser: they are good for minutes, and once. */
const LOGIN_WIDGET: Rule = {
  method: "login-widget",
  maxAgeSeconds: 300,
  exchanges: { name: "widget-exchange", points: 1, windowSeconds: 300 + 2 * FUTURE_MAX_SECONDS },
};

type Refusal = "not Telegram's" | "stale" | "from the future" | "exchanged too often" | "blocked";

interface Attempt {
  readonly rule: Rule;
  /** null where the data are not Telegram's. */
  readonly proof: TelegramProof | null;
  readonly client: Client;
  readonly now: Date;
}

/** Writes down why, and answers the error that tells nobody. */
const refuse = async (
  { stores }: SignInByTelegramDeps,
  { rule, proof, client, now }: Attempt,
  why: Refusal,
): Promise<KioskError> => {
  const telegramUserId = proof?.account.id ?? null;
  const detail = `${rule.method}: ${why}`;
  await recordRefusal(stores, { kind: "sign-in-refused", at: now, telegramUserId, ...client, detail });
  return unauthenticated("This sign-in is not valid or is over: open the shop in Telegram again.");
};

const ageRefusals = { stale: "stale", future: "from the future", fresh: null } as const;

/** The proof, if it is good, fresh and not used up; counted only then, so that nobody uses up what is not theirs. */
const acceptedProof = async (deps: SignInByTelegramDeps, attempt: Attempt): Promise<TelegramProof> => {
  const { rule, proof, now } = attempt;
  if (proof === null) throw await refuse(deps, attempt, "not Telegram's");
  const age = ageRefusals[freshnessOf(proof.authDate, now, rule.maxAgeSeconds)];
  if (age !== null) throw await refuse(deps, attempt, age);
  if (!(await deps.exchangeLimit.take(rule.exchanges, proof.fingerprint)))
    throw await refuse(deps, attempt, "exchanged too often");
  return proof;
};

const signIn = async (deps: SignInByTelegramDeps, attempt: Attempt): Promise<SignedIn> => {
  const { rule, client, now } = attempt;
  const { account } = await acceptedProof(deps, attempt);
  const begun = await deps.transact(async (stores) => {
    // Without a phone, where there is no account yet: the Telegram account is the identity.
    const user = await bindAccount(deps, stores, { account, phone: null, now });
    if (user === null) return null;
    const start = { user, method: rule.method, challengeId: null, client, now };
    return { user, ...(await startSession(deps, stores, start)) };
  });
  if (begun === null) throw await refuse(deps, attempt, "blocked");
  const { user, session, tokenId } = begun;
  return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
};

const spendForAddress = ({ budgets, otpRequestsPerAddress }: SignInByTelegramDeps, { ip }: Client) =>
  spendOrRefuse(budgets, telegramSignInsPerAddress(otpRequestsPerAddress), ip);

/**
 * Exchanges the init data of a Mini App for a session; null where that is not set up. Fails with `TRY_LATER`, with `UNAVAILABLE`
 * when nobody can count, and for every fault of the data with the same `UNAUTHENTICATED`.
 */
export const signInByMiniApp = (deps: SignInByTelegramDeps) => {
  const { readInitData } = deps;
  if (readInitData === null) return null;
  return async ({ initData, client }: { initData: string; client: Client }): Promise<SignedIn> => {
    await spendForAddress(deps, client);
    const proof = readInitData(initData);
    return signIn(deps, { rule: MINI_APP, proof, client, now: deps.clock.now() });
  };
};

/** The same with what the legacy login widget hands over; null while that is off. */
export const signInByWidget = (deps: SignInByTelegramDeps) => {
  const { readWidget } = deps;
  if (readWidget === null) return null;
  return async ({ fields, client }: { fields: WidgetFields; client: Client }): Promise<SignedIn> => {
    await spendForAddress(deps, client);
    const proof = readWidget(fields);
    return signIn(deps, { rule: LOGIN_WIDGET, proof, client, now: deps.clock.now() });
  };
};
