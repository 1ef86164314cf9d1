import { isKioskError, unauthenticated } from "../../shared/kernel/errors.ts";
import { EXCHANGE_TTL_MS, type OidcIdentity, type SignInFailure, withOutcome } from "../domain/oidc.ts";
import { type BeginOidcDeps, type OidcRedirect, providerOf, spendReturn } from "./begin-oidc.ts";
import { type BegunSignIn, type ReturnedSignIn, readBegun } from "./oidc-cookie.ts";
import { type OidcProvider, OidcRefusal, type ReturnOnce } from "./oidc-ports.ts";
import type { Client, Stores } from "./ports.ts";

export interface ReturnFromOidcDeps
  extends Pick<BeginOidcDeps, "providers" | "secrets" | "budgets" | "requestsPerAddress" | "clock"> {
  readonly stores: Pick<Stores, "audit">;
  readonly returnOnce: ReturnOnce;
}

/** The provider's answer as the browser brings it: a stranger's word. */
export interface OidcAnswer {
  readonly state?: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly iss?: string | undefined;
}

export interface ReturnFromOidcInput {
  readonly provider: string;
  readonly cookie: string | null;
  readonly answer: OidcAnswer;
  readonly client: Client;
}

/** One error for every way in which a sign-in is not the browser's own, or over. */
export const notYours = () =>
  unauthenticated("This sign-in was begun elsewhere, has been used or has expired: begin again.");

/** The sign-in that this browser began; another's answer gets nowhere. */
const begunOf = (
  deps: ReturnFromOidcDeps,
  { provider, cookie, answer }: ReturnFromOidcInput,
): BegunSignIn => {
  const opened = cookie === null ? null : deps.secrets.open("begun", provider, cookie);
  const begun = readBegun(opened, deps.clock.now());
  if (begun === null || !deps.secrets.equal(answer.state ?? "", begun.state)) throw notYours();
  return begun;
};

const identityOf = async (
  provider: OidcProvider,
  { nonce, verifier }: BegunSignIn,
  { code, error, iss }: OidcAnswer,
): Promise<OidcIdentity> => {
  if (iss !== undefined && iss !== provider.issuer) throw new OidcRefusal("issuer of the answer");
  if (error !== undefined) throw new OidcRefusal(error === "access_denied" ? "denied" : "provider's error");
  if (code === undefined) throw new OidcRefusal("no code");
  return provider.redeem({ code, nonce, verifier });
};

const failureOf = (error: unknown): SignInFailure => {
  if (error instanceof OidcRefusal) return error.reason === "denied" ? "denied" : "refused";
  if (isKioskError(error, "UNAVAILABLE")) return "unavailable";
  throw error;
};

/** Nothing is kept of the answer but what the browser holds, sealed, for a minute. */
const toExchange = (
  { secrets, clock }: ReturnFromOidcDeps,
  begun: BegunSignIn,
  identity: OidcIdentity,
): OidcRedirect => {
  const signInCode = secrets.token();
  const returned: ReturnedSignIn = {
    id: begun.id,
    codeHash: secrets.hash(signInCode),
    identity,
    expiresAtMs: clock.now().getTime() + EXCHANGE_TTL_MS,
  };
  return {
    location: withOutcome(begun.returnTo, { signInCode }),
    cookie: secrets.seal("returned", identity.provider, returned),
  };
};

/**
 * The browser is back from the provider. Once it has shown that the sign-in is its own, every outcome leads back to the page: with a
 * code for the exchange, or with why there is none. Fails with `NOT_FOUND`, `UNAUTHENTICATED` (not its own), `TRY_LATER` or
 * `UNAVAILABLE` (nobody can count).
 */
export const returnFromOidc =
  (deps: ReturnFromOidcDeps) =>
  async (input: ReturnFromOidcInput): Promise<OidcRedirect> => {
    const provider = providerOf(deps.providers, input.provider);
    await spendReturn(deps, input.client);
    const begun = begunOf(deps, input);
    if (!(await deps.returnOnce(begun.id))) throw notYours();
    try {
      return toExchange(deps, begun, await identityOf(provider, begun, input.answer));
    } catch (error) {
      const signInError = failureOf(error);
      const reason = error instanceof OidcRefusal ? error.reason : signInError;
      const { ip, userAgent } = input.client;
      const detail = `${provider.name}: ${reason}`;
      await deps.stores.audit.append([
        { kind: "sign-in-refused", at: deps.clock.now(), ip, userAgent, detail },
      ]);
      return { location: withOutcome(begun.returnTo, { signInError }), cookie: null };
    }
  };
