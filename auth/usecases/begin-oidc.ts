import type { Clock } from "../../shared/kernel/clock.ts";
import { invalid, notFound } from "../../shared/kernel/errors.ts";
import type { NewId } from "../../shared/kernel/ids.ts";
import { SIGN_IN_TTL_MS } from "../domain/oidc.ts";
import { type ReturnPlaces, returnAddress } from "../domain/return-address.ts";
import { oidcReturnsPerAddress, oidcStartsPerAddress, spendOrRefuse } from "./budgets.ts";
import type { Budgets } from "./limit-ports.ts";
import type { BegunSignIn } from "./oidc-cookie.ts";
import type { OidcProvider, OidcProviders, OidcSecrets } from "./oidc-ports.ts";
import type { Client } from "./ports.ts";

export interface BeginOidcDeps {
  readonly providers: OidcProviders;
  readonly secrets: OidcSecrets;
  readonly returnPlaces: ReturnPlaces;
  readonly budgets: Budgets;
  /** Sign-ins that one address may begin in an hour. */
  readonly requestsPerAddress: number;
  readonly clock: Clock;
  readonly newId: NewId;
}

export interface OidcRedirect {
  readonly location: string;
  /** What the cookie holds from now on; null: nothing any more. */
  readonly cookie: string | null;
}

/** Fails with `NOT_FOUND` where nobody has configured it: its routes are not there. */
export const providerOf = (providers: OidcProviders, name: string): OidcProvider => {
  const provider = providers.get(name);
  if (provider === undefined) throw notFound("address");
  return provider;
};

/** Counts a call of an address; fails with `TRY_LATER` or `UNAVAILABLE`. */
export const spendReturn = (
  { budgets, requestsPerAddress }: Pick<BeginOidcDeps, "budgets" | "requestsPerAddress">,
  { ip }: Client,
): Promise<void> => spendOrRefuse(budgets, oidcReturnsPerAddress(requestsPerAddress), ip);

/**
 * Begins a sign-in with a provider: where to send the browser, and the cookie that it has to come back with. Fails with
 * `NOT_FOUND`, `VALIDATION` (an address that nobody is sent back to), `TRY_LATER` or `UNAVAILABLE`.
 */
export const beginOidc =
  ({ providers, secrets, returnPlaces, clock, newId, ...deps }: BeginOidcDeps) =>
  async (input: { provider: string; returnTo: string; client: Client }): Promise<OidcRedirect> => {
    const provider = providerOf(providers, input.provider);
    const returnTo = returnAddress(input.returnTo, returnPlaces);
    if (returnTo === null)
      throw invalid("/query/returnTo", "must be a path of the shop, or a page of an allowed origin");
    await spendOrRefuse(deps.budgets, oidcStartsPerAddress(deps.requestsPerAddress), input.client.ip);
    const request = { state: secrets.state(), nonce: secrets.token(), verifier: secrets.token() };
    const location = await provider.authorizationUrl(request);
    const begun: BegunSignIn = {
      id: newId(),
      ...request,
      returnTo,
      expiresAtMs: clock.now().getTime() + SIGN_IN_TTL_MS,
    };
    return { location, cookie: secrets.seal("begun", provider.name, begun) };
  };
