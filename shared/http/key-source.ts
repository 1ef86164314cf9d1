import { createPublicKey, type KeyObject } from "node:crypto";
import { keySetSchema, type PublishedKey, publishedKeySchema } from "../contracts/tokens.ts";
import type { Clock } from "../kernel/clock.ts";
import { unavailable } from "../kernel/errors.ts";

/** Keys are asked for again before a token is looked at when nobody has asked for so long: a pull should have come before. */
const KEYS_FRESH_MS = 10_000;
/** While there are no keys at all they are asked for so often at most, however many requests wait for them. */
const KEYS_RETRY_MS = 250;
/**
 * A token that names a key we do not know makes us ask at once, for the key may be new. Strangers can send as many of those
 * as they like, so a process has this allowance, and gets one of it back each minute.
 */
const UNKNOWN_KEY_ALLOWANCE = 3;
const UNKNOWN_KEY_REFILL_MS = 60_000;

/** A key by which tokens may be verified now. */
export interface KnownKey {
  readonly kid: string;
  readonly x: string;
  readonly publicKey: KeyObject;
}

export interface KeySource {
  /** The key of this id; null where there is none. Rejects with `UNAVAILABLE` while no keys are to be had at all. */
  find(kid: string): Promise<KnownKey | null>;
  /** Sees to it that the keys are those of a moment ago, or that this was tried. Rejects as `find` does. */
  freshen(): Promise<void>;
  /** Whether a key that was found before is still published. */
  holds(key: KnownKey): boolean;
  /** Asks for the keys now. Never rejects: the known ones go on. */
  pull(): Promise<void>;
}

export interface KeySourceOptions {
  readonly clock: Clock;
  /** The public keys of auth (`/.well-known/jwks.json`), as they came. */
  readonly fetchKeys: () => Promise<unknown>;
}

const knownKey = ({ kid, kty, crv, x }: PublishedKey): KnownKey => ({
  kid,
  x,
  publicKey: createPublicKey({ key: { kty, crv, x }, format: "jwk" }),
});

/** Reads a key set. Throws where it is none, or holds no key of ours: then the last good one is the better one. */
const readKeySet = (answer: unknown): ReadonlyMap<string, KnownKey> => {
  const ours = keySetSchema.parse(answer).keys.flatMap((key) => {
    const read = publishedKeySchema.safeParse(key);
    return read.success ? [knownKey(read.data)] : [];
  });
  if (ours.length === 0) throw new Error("the key set holds no key that tokens are signed with");
  return new Map(ours.map((key) => [key.kid, key]));
};

/** Counts how often unknown keys may make us ask; `take` is false where they have done so often enough. */
const createAllowance = (clock: Clock) => {
  let left = UNKNOWN_KEY_ALLOWANCE;
  let countedAtMs = clock.now().getTime();
  return {
    take(): boolean {
      const nowMs = clock.now().getTime();
      const back = Math.floor((nowMs - countedAtMs) / UNKNOWN_KEY_REFILL_MS);
      if (back > 0) {
        left = Math.min(UNKNOWN_KEY_ALLOWANCE, left + back);
        countedAtMs += back * UNKNOWN_KEY_REFILL_MS;
      }
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
};

/** Keys of auth: one fetch at a time, kept while auth cannot be reached, and gone as soon as a fetch no longer names them. */
export const createKeySource = ({ fetchKeys, clock }: KeySourceOptions): KeySource => {
  const allowance = createAllowance(clock);
  let keys: ReadonlyMap<string, KnownKey> | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let fetching: Promise<void> | null = null;

  const fetchOnce = async () => {
    triedAtMs = clock.now().getTime();
    try {
      keys = readKeySet(await fetchKeys());
    } catch (error) {
      failure = error;
    }
  };
  const pull = () => {
    fetching ??= fetchOnce().finally(() => {
      fetching = null;
    });
    return fetching;
  };
  const freshen = async () => {
    const sinceMs = clock.now().getTime() - triedAtMs;
    if (sinceMs > (keys === null ? KEYS_RETRY_MS : KEYS_FRESH_MS)) await pull();
    else if (keys === null) await fetching;
    if (keys === null) throw unavailable("Sign-in cannot be checked just now.", 1, failure);
  };

  return {
    async find(kid) {
      await freshen();
      const known = keys?.get(kid);
      if (known !== undefined) return known;
      if (fetching !== null) await fetching;
      else if (allowance.take()) await pull();
      return keys?.get(kid) ?? null;
    },
    freshen,
    holds: ({ kid, x }) => keys?.get(kid)?.x === x,
    pull,
  };
};
