import { createPublicKey, type KeyObject } from "node:crypto";
import { LRUCache } from "lru-cache";
import {
  KEYS_PUBLISHED_MAX,
  type PublishedKey,
  publishedKeySchema,
  TOKEN_ALGORITHM,
} from "../../shared/contracts/tokens.ts";
import type { Clock } from "../../shared/kernel/clock.ts";
import { unavailable } from "../../shared/kernel/errors.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import { publishedKids, signingKeyAt } from "../domain/key-schedule.ts";
import type { KeyChest, StoredKey } from "../usecases/key-ports.ts";
import type { SigningKey } from "./signing-key.ts";

/** Whoever needs keys has them read again when they are older: a dropped key and a wanted one are noticed within so long. */
const READ_EVERY_MS = 1_000;
/** Private halves in memory: of the key that signs and of the one that follows. */
const OPENED_MAX = 4;

/** The keys as they are now, for those who sign, who verify and who publish. */
export interface KeyRing {
  /** The key that signs now. Rejects with `UNAVAILABLE`, also where it was sealed with another secret. */
  signing(): Promise<SigningKey>;
  /** A key that is published, by its id. Rejects with `UNAVAILABLE` while the keys cannot be read and never were. */
  find(kid: string): Promise<KeyObject | null>;
  /** Rejects as `find` does. */
  published(): Promise<readonly PublishedKey[]>;
}

export interface KeyRingOptions {
  /** Reads the keys, and does what is due about them. */
  readonly keepKeys: () => Promise<readonly StoredKey[]>;
  readonly chest: KeyChest<SigningKey>;
  readonly clock: Clock;
  readonly log: Logger;
}

const publishedKeyOf = ({ kid, x }: StoredKey): PublishedKey =>
  publishedKeySchema.parse({ kty: "OKP", crv: "Ed25519", x, kid, alg: TOKEN_ALGORITHM, use: "sig" });

const publicKeyOf = ({ x }: StoredKey): KeyObject =>
  createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });

/** The stored keys of a second ago at most; the last known ones while the database is away. */
const createReading = ({ keepKeys, clock, log }: KeyRingOptions) => {
  let stored: readonly StoredKey[] | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;

  const tellOfNew = (now: readonly StoredKey[]) => {
    const known = new Set(stored?.map(({ kid }) => kid));
    for (const { kid, signsFrom } of stored === null ? [] : now.filter((key) => !known.has(key.kid)))
      log.info("a new signing key is published", { kid, signsFrom });
    for (const { kid } of stored?.filter(({ revokedAt }) => revokedAt === null) ?? [])
      if (now.some((key) => key.kid === kid && key.revokedAt !== null))
        log.warn("a signing key was dropped", { kid });
  };
  const readOnce = async () => {
    triedAtMs = clock.now().getTime();
    try {
      const now = await keepKeys();
      tellOfNew(now);
      stored = now;
    } catch (error) {
      if (stored === null) throw unavailable("The signing keys cannot be read just now.", 1, error);
      log.warn("the signing keys could not be read again", { error });
    }
  };
  return async (): Promise<readonly StoredKey[]> => {
    if (stored === null || clock.now().getTime() - triedAtMs >= READ_EVERY_MS)
      reading ??= readOnce().finally(() => {
        reading = null;
      });
    if (reading !== null) await reading;
    return stored ?? [];
  };
};

export const createKeyRing = (options: KeyRingOptions): KeyRing => {
  const { chest, clock } = options;
  const current = createReading(options);
  const opened = new LRUCache<string, SigningKey>({ max: OPENED_MAX });
  const publishedNow = async () => {
    const stored = await current();
    const kids = publishedKids(stored, clock.now(), KEYS_PUBLISHED_MAX);
    return kids.flatMap((kid) => stored.find((key) => key.kid === kid) ?? []);
  };
  return {
    async signing() {
      const key = signingKeyAt(await current(), clock.now());
      if (key === null) throw unavailable("There is no key to sign with just now.");
      const signing = opened.get(key.kid) ?? chest.open(key);
      if (signing === null) throw unavailable("The signing key cannot be opened.");
      opened.set(key.kid, signing);
      return signing;
    },
    async find(kid) {
      const key = (await publishedNow()).find((one) => one.kid === kid);
      return key === undefined ? null : publicKeyOf(key);
    },
    published: async () => (await publishedNow()).map(publishedKeyOf),
  };
};
