import type { Clock } from "../../shared/kernel/clock.ts";
import { decideKeys, type KeyChange } from "../domain/key-schedule.ts";
import type { KeyChest, KeyStore, KeyStores, SigningKeyLike, StoredKey, TransactKeys } from "./key-ports.ts";

export interface KeepKeysDeps<Key extends SigningKeyLike> {
  readonly keys: Pick<KeyStore, "list">;
  readonly transactKeys: TransactKeys;
  readonly chest: KeyChest<Key>;
  readonly clock: Clock;
  /** The longest life of a token that is signed now, in seconds. */
  readonly tokenLifeSeconds: number;
}

const decide = <Key extends SigningKeyLike>(
  stored: readonly StoredKey[],
  now: Date,
  { chest, tokenLifeSeconds }: KeepKeysDeps<Key>,
): KeyChange[] =>
  decideKeys(stored, {
    now,
    configuredKid: chest.configured.kid,
    tokenLifeSeconds,
    canOpen: (kid) => {
      const key = stored.find((one) => one.kid === kid);
      return key !== undefined && chest.open(key) !== null;
    },
  });

const carryOut = async <Key extends SigningKeyLike>(
  { keys, audit }: KeyStores,
  change: KeyChange,
  now: Date,
  { chest, tokenLifeSeconds }: KeepKeysDeps<Key>,
): Promise<void> => {
  switch (change.change) {
    case "add": {
      const key = change.key === "configured" ? chest.configured : chest.make();
      const { kid } = key;
      const row = { kid, x: key.publicJwk.x, sealed: chest.seal(key), createdAt: now, tokenLifeSeconds };
      const isNew = await keys.insert({ ...row, signsFrom: change.signsFrom });
      if (isNew) await audit.append([{ kind: "signing-key-added", at: now, detail: kid }]);
      return;
    }
    case "seal-again":
      return keys.seal(change.kid, chest.seal(chest.configured));
    case "lengthen":
      return keys.lengthen(change.kid, change.tokenLifeSeconds);
    case "forget-private-half":
      return keys.forgetPrivateHalf(change.kid);
    default:
      return change satisfies never;
  }
};

/**
 * Reads the keys, and does what is due: the first key, one that follows because somebody wants it, one at once where the last was
 * dropped. Any instance may, at any time: one of them decides while the others wait, and then see what it did.
 */
export const keepKeys =
  <Key extends SigningKeyLike>(deps: KeepKeysDeps<Key>) =>
  async (): Promise<StoredKey[]> => {
    const stored = await deps.keys.list();
    if (decide(stored, deps.clock.now(), deps).length === 0) return stored;
    return deps.transactKeys(async (stores) => {
      await stores.keys.lock();
      const now = deps.clock.now();
      for (const change of decide(await stores.keys.list(), now, deps))
        await carryOut(stores, change, now, deps);
      return stores.keys.list();
    });
  };
