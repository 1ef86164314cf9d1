import type { Clock } from "../../shared/kernel/clock.ts";
import { type OidcIdentity, TELEGRAM } from "../domain/oidc.ts";
import { newUser, type User } from "../domain/user.ts";
import { providerOf } from "./begin-oidc.ts";
import { type BindAccountDeps, bindAccount, saveBound } from "./bind-account.ts";
import { type ReturnedSignIn, readReturned } from "./oidc-cookie.ts";
import type { OidcProviders, OidcSecrets } from "./oidc-ports.ts";
import type { Client, Stores, Transact, TransactionStores } from "./ports.ts";
import { recordRefusal } from "./record-refusal.ts";
import { notYours } from "./return-from-oidc.ts";
import type { Tokens } from "./session-ports.ts";
import { type SignedIn, startSession } from "./start-session.ts";

export interface ExchangeOidcDeps extends BindAccountDeps {
  readonly providers: OidcProviders;
  readonly secrets: OidcSecrets;
  readonly stores: Pick<Stores, "users" | "audit">;
  readonly transact: Transact;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

export interface ExchangeOidcInput {
  readonly provider: string;
  readonly cookie: string | null;
  readonly code: string;
  readonly client: Client;
}

const returnedOf = ({ secrets, clock }: ExchangeOidcDeps, input: ExchangeOidcInput): ReturnedSignIn => {
  const opened = input.cookie === null ? null : secrets.open("returned", input.provider, input.cookie);
  const returned = readReturned(opened, clock.now());
  if (returned === null || !secrets.equal(secrets.hash(input.code), returned.codeHash)) throw notYours();
  return returned;
};

/** The Telegram account is the identity; what the provider calls the person is kept beside it. */
const telegramAccount = async (
  deps: ExchangeOidcDeps,
  stores: TransactionStores,
  identity: OidcIdentity & { readonly telegramId: number },
  now: Date,
): Promise<User | null> => {
  const { telegramId: id, name, language, phone } = identity;
  const account = { id, firstName: name, lastName: null, languageCode: language };
  const user = await bindAccount(deps, stores, { account, phone, now });
  if (user === null) return null;
  await stores.identities.save({ ...identity, userId: user.id, now });
  if (identity.mayWrite)
    await stores.events.append([{ type: "user.chat-opened", user, telegramUserId: id, at: now }]);
  return user;
};

const externalAccount = async (
  { newId }: ExchangeOidcDeps,
  stores: TransactionStores,
  { provider, subject, name, language }: OidcIdentity,
  now: Date,
): Promise<User | null> => {
  await stores.identities.lock(provider, subject);
  const knownId = await stores.identities.find(provider, subject);
  const known = knownId === null ? null : await stores.users.lock(knownId);
  if (known !== null) return known.status === "active" ? known : null;
  const account = { id: null, firstName: name, lastName: null, languageCode: language };
  const user = newUser({ id: newId(), account, phone: null, now });
  await saveBound(stores, null, user, now);
  await stores.identities.save({ provider, subject, userId: user.id, now });
  return user;
};

/** Null where the account is blocked, or where somebody was faster with this sign-in. */
const signInWithin = async (
  deps: ExchangeOidcDeps,
  stores: TransactionStores,
  { id, identity, client, now }: ReturnedSignIn & { client: Client; now: Date },
) => {
  // Before anything changes: a phone may have moved on since.
  if ((await stores.sessions.findByChallenge(id)) !== null) return null;
  const { telegramId } = identity;
  const user =
    telegramId === null
      ? await externalAccount(deps, stores, identity, now)
      : await telegramAccount(deps, stores, { ...identity, telegramId }, now);
  // And behind the identity's lock, where those who came at the same time stand in line.
  if (user === null || (await stores.sessions.findByChallenge(id)) !== null) return null;
  const method = identity.provider === TELEGRAM ? "telegram-oidc" : "oidc";
  return { user, ...(await startSession(deps, stores, { user, method, challengeId: id, client, now })) };
};

/**
 * Trades the code that came back to the page, with the cookie beside it, for a session: once. Account, phone, session and their
 * events are one transaction. Fails with `NOT_FOUND` or `UNAUTHENTICATED`.
 */
export const exchangeOidc =
  (deps: ExchangeOidcDeps) =>
  async (input: ExchangeOidcInput): Promise<SignedIn> => {
    providerOf(deps.providers, input.provider);
    const returned = returnedOf(deps, input);
    const { client } = input;
    const now = deps.clock.now();
    const started = await deps.transact((stores) => signInWithin(deps, stores, { ...returned, client, now }));
    if (started === null) {
      const { telegramId: telegramUserId } = returned.identity;
      const detail = `${input.provider}: blocked or used`;
      await recordRefusal(deps.stores, {
        kind: "sign-in-refused",
        at: now,
        telegramUserId,
        ...client,
        detail,
      });
      throw notYours();
    }
    const { user, session, tokenId } = started;
    return { user, ...(await deps.tokens.sign({ session, role: user.role, tokenId, now })) };
  };
