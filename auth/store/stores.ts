import type { Database, Queryable } from "../../shared/ports/database.ts";
import { type CrashPoint, crashPoint } from "../../shared/runtime/crash-point.ts";
import type { Stores, Transact } from "../usecases/ports.ts";
import { createAuditLog } from "./audit-log.ts";
import { createChallengeStore } from "./challenge-store.ts";
import { createDeviceHistory } from "./device-history.ts";
import { createErasureLog } from "./erasure-store.ts";
import { createEventLog } from "./event-log.ts";
import { createExternalIdentityStore } from "./external-identity-store.ts";
import { createPasswordStore } from "./password-store.ts";
import { createRefreshTokenStore } from "./refresh-token-store.ts";
import { createSessionStore } from "./session-store.ts";
import type { StoreContext } from "./store-context.ts";
import { createUserStore } from "./user-store.ts";

/** All stores over one connection, or over the pool for single statements. */
export const createStores = (db: Queryable, context: StoreContext): Stores => ({
  users: createUserStore(db),
  challenges: createChallengeStore(db),
  sessions: createSessionStore(db),
  refreshTokens: createRefreshTokenStore(db),
  audit: createAuditLog(db, context),
  passwords: createPasswordStore(db),
  identities: createExternalIdentityStore(db),
  devices: createDeviceHistory(db),
});

/** Transactions with all stores and the outbox. `committed` names the moment after each, for tests of crashes. */
export const createTransact =
  (database: Database, context: StoreContext, committed?: CrashPoint): Transact =>
  async (work) => {
    const done = await database.transaction((tx) =>
      work({
        ...createStores(tx, context),
        events: createEventLog(tx, context),
        erasures: createErasureLog(tx),
      }),
    );
    if (committed !== undefined) crashPoint(committed);
    return done;
  };
