export const CONSENTS = ["ask", "allow", "deny"] as const;
export const RIGHT_OR_WRONG = ["right", "wrong"] as const;
export const SIGNING_ALGORITHMS = ["RS256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** How the provider behaves, so that a shop's tests see more than the good case. */
export interface OidcBehaviour {
  /** `allow` and `deny` answer without a page, `allow` for the person with `personId`, who shares everything. */
  consent: (typeof CONSENTS)[number];
  personId: number | null;
  nonce: (typeof RIGHT_OR_WRONG)[number];
  audience: (typeof RIGHT_OR_WRONG)[number];
  /** What id tokens are signed by; the key set has the keys of both. */
  algorithm: SigningAlgorithm;
}

export interface OidcSwitches {
  now(): OidcBehaviour;
  set(behaviour: OidcBehaviour): OidcBehaviour;
  /** As a provider should be. */
  reset(): void;
}

const AS_IT_SHOULD_BE: OidcBehaviour = {
  consent: "ask",
  personId: null,
  nonce: "right",
  audience: "right",
  algorithm: "RS256",
};

export function createOidcSwitches(): OidcSwitches {
  let behaviour = AS_IT_SHOULD_BE;
  return {
    now: () => behaviour,
    set(next) {
      behaviour = next;
      return behaviour;
    },
    reset() {
      behaviour = AS_IT_SHOULD_BE;
    },
  };
}
