import type { Clock } from "../shared/kernel/clock.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { Database } from "../shared/ports/database.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { ConfigError } from "../shared/runtime/config.ts";
import type { AuthConfig } from "./config.ts";
import { createKeyChest } from "./credentials/key-chest.ts";
import { createKeyRing, type KeyRing } from "./credentials/key-ring.ts";
import type { SigningKey } from "./credentials/signing-key.ts";
import { signingKeyAt } from "./domain/key-schedule.ts";
import { createAuditLog } from "./store/audit-log.ts";
import { createKeyStore } from "./store/key-store.ts";
import type { StoreContext } from "./store/store-context.ts";
import { keepKeys } from "./usecases/keep-keys.ts";
import type { TransactKeys } from "./usecases/key-ports.ts";
import { listKeys, revokeKey, wantSuccessor } from "./usecases/rotate-keys.ts";

// The keys that tokens are signed with: wired for the service, and for the command that rotates them.

const createTransactKeys =
  (database: Database, context: StoreContext): TransactKeys =>
  (work) =>
    database.transaction((tx) => work({ keys: createKeyStore(tx), audit: createAuditLog(tx, context) }));

export interface SigningKeysOptions {
  readonly database: Database;
  readonly storeContext: StoreContext;
  readonly config: AuthConfig;
  /** The key of the configuration. */
  readonly configured: SigningKey;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SigningKeys {
  readonly ring: KeyRing;
  /** Makes the first key where there is none. Fails with a ConfigError where the key that signs cannot be opened. */
  prepare(): Promise<void>;
}

const sealedElsewhere = (kid: string): ConfigError =>
  new ConfigError([
    `JWT_KEYS_SECRET: the signing key ${kid} was sealed with another one. Set the secret that it was sealed with (OTP_PEPPER ` +
      `of then, where this was not set), or drop the key with all of its tokens: bun run keys:rotate --revoke ${kid}`,
  ]);

export const createSigningKeys = (options: SigningKeysOptions): SigningKeys => {
  const { database, config, configured, clock, log } = options;
  const chest = createKeyChest({ configured, secret: config.JWT_KEYS_SECRET ?? config.OTP_PEPPER });
  const keep = keepKeys({
    keys: createKeyStore(database.db),
    transactKeys: createTransactKeys(database, options.storeContext),
    chest,
    clock,
    tokenLifeSeconds: Math.max(config.ACCESS_TOKEN_TTL_SECONDS, config.REFRESH_TOKEN_TTL_SECONDS),
  });
  return {
    ring: createKeyRing({ keepKeys: keep, chest, clock, log }),
    async prepare() {
      const signing = signingKeyAt(await keep(), clock.now());
      if (signing !== null && chest.open(signing) === null) throw sealedElsewhere(signing.kid);
    },
  };
};

/** What `bun run keys:rotate` does with auth's database. It holds no secret, so an instance of auth makes the key. */
export const keyRotationOf = (database: Database, clock: Clock = systemClock) => {
  // A command serves no request and signs nobody in.
  const context: StoreContext = { newId, currentRequest: () => undefined, accessTtlSeconds: 0 };
  const deps = {
    keys: createKeyStore(database.db),
    transactKeys: createTransactKeys(database, context),
    clock,
  };
  return {
    list: listKeys(deps),
    wantSuccessor: () => wantSuccessor(deps),
    revoke: (kid: string) => revokeKey(deps, kid),
  };
};
