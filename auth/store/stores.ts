import type { Database, Queryable } from "../../shared/ports/database.ts";
import type { Stores, Transact } from "../usecases/ports.ts";
import { createAuditLog } from "./audit-log.ts";
import { createChallengeStore } from "./challenge-store.ts";
import { createEventLog } from "./event-log.ts";
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
});

export const createTransact =
  (database: Database, context: StoreContext): Transact =>
  (work) =>
    database.transaction((tx) => work({ ...createStores(tx, context), events: createEventLog(tx, context) }));
