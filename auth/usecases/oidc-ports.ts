import type { OidcIdentity } from "../domain/oidc.ts";

/** The provider's answer is not good. `reason` is for the audit log: one of our words, nothing of what was sent. */
export class OidcRefusal extends Error {
  override readonly name = "OidcRefusal";

  constructor(
    readonly reason: string,
    cause?: unknown,
  ) {
    super("The provider's answer is not good.", { cause });
  }
}

/** One OpenID Connect provider (authorization code flow with PKCE). */
export interface OidcProvider {
  readonly name: string;
  /** Named by a provider in its answers (RFC 9207). */
  readonly issuer: string;
  /** Where the browser is sent. Fails with `UNAVAILABLE`. */
  authorizationUrl(request: { state: string; nonce: string; verifier: string }): Promise<string>;
  /** Whom a code stands for. Fails with an OidcRefusal, or with `UNAVAILABLE`. */
  redeem(answer: { code: string; nonce: string; verifier: string }): Promise<OidcIdentity>;
}

export type OidcProviders = ReadonlyMap<string, OidcProvider>;

/** What a sealed text is; one is never taken for the other. */
export type SealKind = "begun" | "returned";

/** Random values of a sign-in, and the cookie that nobody else can read or make. */
export interface OidcSecrets {
  /** 24 base64url characters, which is as much as Telegram bears. */
  state(): string;
  /** 256 random bits in 43 base64url characters: nonces, verifiers (RFC 7636, section 4.1), exchange codes. */
  token(): string;
  hash(secret: string): string;
  /** Compares in constant time. */
  equal(a: string, b: string): boolean;
  seal(kind: SealKind, provider: string, value: unknown): string;
  /** What was sealed for this kind and provider; null for anything else. */
  open(kind: SealKind, provider: string, text: string): unknown;
}

/** True for the first to come with this sign-in, whatever process it comes to. Rejects with `UNAVAILABLE`. */
export type ReturnOnce = (signInId: string) => Promise<boolean>;

/** Whom a provider's subject is. */
export interface ExternalIdentityStore {
  /** Lets one transaction at a time decide whose account this is, also where there is no row yet. */
  lock(provider: string, subject: string): Promise<void>;
  find(provider: string, subject: string): Promise<string | null>;
  save(identity: { provider: string; subject: string; userId: string; now: Date }): Promise<void>;
  /** Of an account that is erased. */
  forget(userId: string): Promise<void>;
}
