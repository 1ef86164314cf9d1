import { KioskProblem } from "../../../client/index.ts";

/** What a provider may have said instead of a code. */
const failures = ["denied", "refused", "unavailable"] as const;
export type ProviderFailure = (typeof failures)[number];

export type ProviderReturn =
  | { readonly kind: "code"; readonly name: string; readonly code: string }
  | { readonly kind: "failure"; readonly failure: ProviderFailure };

interface Place {
  /** With its question mark, or empty. */
  readonly search: string;
  /** With its hash, or empty. */
  readonly hash: string;
}

/** What a provider has brought back in the address, which names it; null for an address that is nobody's return. */
export const returnOf = ({ search, hash }: Place): ProviderReturn | null => {
  const name = new URLSearchParams(search).get("provider");
  const outcome = new URLSearchParams(hash.slice(1));
  const code = outcome.get("signInCode");
  if (name === null) return null;
  if (code !== null) return { kind: "code", name, code };
  const said = outcome.get("signInError");
  if (said === null) return null;
  return { kind: "failure", failure: failures.find((failure) => failure === said) ?? "refused" };
};

/** Where a sign-in with a provider begins: it leads back to the page that ends it, and from there on to where one came from. */
export const startOf = ({ name, path }: { name: string; path: string }, to: string): string => {
  const returnTo = `/sign-in?${new URLSearchParams({ provider: name, to })}`;
  return `${path}/start?${new URLSearchParams({ returnTo })}`;
};

const TOO_MANY = 429;

/** True where another try with the same code would be refused: it is good once, for a minute. A shop that is busy has not looked at it. */
export const isSpent = (error: unknown): boolean =>
  error instanceof KioskProblem && error.status >= 400 && error.status < 500 && error.status !== TOO_MANY;
