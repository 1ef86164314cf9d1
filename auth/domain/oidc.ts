/** The provider that Telegram is: its accounts are the shop's identities. */
export const TELEGRAM = "telegram";

/** From the first redirect to the answer: people read what they consent to, and open an app. */
export const SIGN_IN_TTL_MS = 10 * 60_000;
/** From the answer to the exchange: a page does it as soon as it is loaded. */
export const EXCHANGE_TTL_MS = 60_000;

/** Where a provider's routes are; its redirect address is registered with it, so each has one. */
export const oidcPath = (provider: string): string =>
  provider === TELEGRAM ? "/v1/auth/telegram/oidc" : `/v1/auth/oidc/${provider}`;

/** Whom a provider vouches for. */
export interface OidcIdentity {
  readonly provider: string;
  /** Opaque; the provider's for good. */
  readonly subject: string;
  /** The Telegram account; null with other providers. */
  readonly telegramId: number | null;
  readonly name: string;
  /** BCP 47, where the provider told. */
  readonly language: string | null;
  /** E.164, proved to the provider. */
  readonly phone: string | null;
  /** Whether the person lets the bot write to them. */
  readonly mayWrite: boolean;
}

/** What a page is told in place of a code: the person said no, the answer was not good, the provider is away. */
export type SignInFailure = "denied" | "refused" | "unavailable";

/** The address with the outcome in its fragment, which no server sees and no log holds. */
export const withOutcome = (
  returnTo: string,
  outcome: { readonly signInCode: string } | { readonly signInError: SignInFailure },
): string => `${returnTo}#${new URLSearchParams(outcome)}`;
