import { fileURLToPath } from "node:url";
import { authGuard } from "../shared/http/auth-guard.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { addOutboxGauge } from "../shared/outbox/gauges.ts";
import { readOutboxStanding } from "../shared/outbox/outbox-standing.ts";
import { eventBusDependency } from "../shared/outbox/readiness.ts";
import { createRelay } from "../shared/outbox/relay.ts";
import type { Database } from "../shared/ports/database.ts";
import { currentRequest, runInOwnTrace } from "../shared/runtime/request-context.ts";
import type { Service, ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { createBackgroundWork } from "./background-work.ts";
import { type AuthConfig, readSigningKey } from "./config.ts";
import { createCodes } from "./credentials/codes.ts";
import { createSecrets } from "./credentials/secrets.ts";
import type { SigningKey } from "./credentials/signing-key.ts";
import { createTokens } from "./credentials/tokens.ts";
import { auditRoutes } from "./http/audit-routes.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { otpRoutes } from "./http/otp-routes.ts";
import { profileRoutes } from "./http/profile-routes.ts";
import { tokenRoutes } from "./http/token-routes.ts";
import { userRoutes } from "./http/user-routes.ts";
import {
  createAnnounceRevoked,
  createBot,
  createBudgets,
  createGuessWatch,
  createMutedChats,
} from "./outside.ts";
import { createStores, createTransact } from "./store/stores.ts";
import { createUserStore } from "./store/user-store.ts";
import { bindContact } from "./usecases/bind-contact.ts";
import { changeProfile } from "./usecases/change-profile.ts";
import { changeStanding } from "./usecases/change-standing.ts";
import { deleteUser } from "./usecases/delete-user.ts";
import { denyChallenge } from "./usecases/deny-challenge.ts";
import { endChosenSession, endSessions, listRevoked, listSessions } from "./usecases/end-sessions.ts";
import { forgetEnded } from "./usecases/forget-ended.ts";
import { introspectToken } from "./usecases/introspect-token.ts";
import { openLink } from "./usecases/open-link.ts";
import type { InBackground } from "./usecases/ports.ts";
import { promoteAdmins } from "./usecases/promote-admins.ts";
import { readAudit } from "./usecases/read-audit.ts";
import { readUser, searchUsers, shareUsers } from "./usecases/read-users.ts";
import { refreshSession } from "./usecases/refresh-session.ts";
import { requestCode } from "./usecases/request-code.ts";
import { resendCode } from "./usecases/resend-code.ts";
import { sendCode } from "./usecases/send-code.ts";
import { verifyCode } from "./usecases/verify-code.ts";

/** Folder of the database's migrations; to be applied before `start`. */
export const authMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

/** How often challenges and sessions that ended long ago are deleted. */
const FORGET_EVERY_MS = 3_600_000;

/** Reads all users of a database page by page, as `GET /internal/users` tells of them: for tools. */
export const sharedUsersOf = ({ db }: Database) => shareUsers({ users: createUserStore(db) });

export interface AuthDeps extends ServiceDeps {
  readonly config: AuthConfig;
  /** Signs the tokens; read from the configuration where it is not given. */
  readonly signingKey?: SigningKey;
}

/** What several use cases need. */
const createParts = (deps: AuthDeps, signingKey: SigningKey, inBackground: InBackground) => {
  const { config, clock, newId, log, limits, ttlStore, internalToken } = deps;
  const accessTtlSeconds = config.ACCESS_TOKEN_TTL_SECONDS;
  const storeContext = { newId, currentRequest, accessTtlSeconds };
  const notify = createServiceClient({
    service: "notify",
    fetch: deps.services.notify,
    internalToken,
    clock,
  });
  const parts = {
    clock,
    newId,
    inBackground,
    accessTtlSeconds,
    stores: createStores(deps.database.db, storeContext),
    transact: createTransact(deps.database, storeContext),
    codes: createCodes({ pepper: config.OTP_PEPPER }),
    secrets: createSecrets(),
    tokens: createTokens({
      signingKey,
      issuer: config.JWT_ISSUER,
      pepper: config.OTP_PEPPER,
      accessTtlSeconds,
      refreshTtlSeconds: config.REFRESH_TOKEN_TTL_SECONDS,
    }),
    budgets: createBudgets(limits, { enabled: config.RATE_LIMITS }),
    guessWatch: createGuessWatch(limits, ttlStore, log),
    mutedChats: createMutedChats(ttlStore),
    bot: createBot(notify),
    announceRevoked: createAnnounceRevoked(deps.pubSub, log),
    otpTtlSeconds: config.OTP_TTL_SECONDS,
    otpRequestsPerAddress: config.OTP_REQUESTS_PER_ADDRESS,
    adminPhones: config.ADMIN_PHONES,
    verify: deps.verify,
  };
  return { ...parts, sendCode: sendCode(parts) };
};

const createUseCases = (parts: ReturnType<typeof createParts>) => ({
  requestCode: requestCode(parts),
  resendCode: resendCode(parts),
  verifyCode: verifyCode(parts),
  refreshSession: refreshSession(parts),
  introspectToken: introspectToken(parts),
  endSessions: endSessions(parts),
  endChosenSession: endChosenSession(parts),
  listSessions: listSessions(parts),
  listRevoked: listRevoked(parts),
  readUser: readUser(parts),
  searchUsers: searchUsers(parts),
  shareUsers: shareUsers(parts.stores),
  changeProfile: changeProfile(parts),
  changeStanding: changeStanding(parts),
  openLink: openLink(parts),
  bindContact: bindContact(parts),
  denyChallenge: denyChallenge(parts),
  deleteUser: deleteUser(parts),
  readAudit: readAudit(parts),
});

const createApp = (deps: AuthDeps, cases: ReturnType<typeof createUseCases>, signingKey: SigningKey) => {
  const { database, bus, ttlStore, pubSub } = deps;
  const guard = authGuard(deps);
  return createServiceApp({
    name: "auth",
    version: deps.version,
    description: "Users, sign-in by a code from the bot, sessions and keys.",
    log: deps.log,
    metrics: deps.metrics,
    dependencies: [
      { name: "database", required: true, check: () => database.ping() },
      { name: "ttl-store", required: false, check: () => ttlStore.ping() },
      { name: "pub-sub", required: false, check: () => pubSub.ping() },
      eventBusDependency(bus),
    ],
  })
    .use(otpRoutes(guard, cases))
    .use(tokenRoutes(guard, cases, [signingKey.publicJwk]))
    .use(profileRoutes(guard, cases))
    .use(userRoutes(guard, cases))
    .use(auditRoutes(guard, cases))
    .use(internalRoutes(guard, cases))
    .use(outboxRoutes(guard, { service: "auth", read: () => readOutboxStanding(database) }));
};

/** Users, phones, roles, sign-in codes, sessions and the keys that tokens are signed with. */
export const createAuth = (given: AuthDeps): Service => {
  const deps = { ...given, log: given.log.child({ service: "auth" }) };
  const { log, metrics, config, database, bus, clock } = deps;
  const signingKey = deps.signingKey ?? readSigningKey(config);
  const background = createBackgroundWork(log);
  const parts = createParts(deps, signingKey, background.inBackground);
  const app = createApp(deps, createUseCases(parts), signingKey);
  const relay = createRelay({ database, bus, clock, log });
  addOutboxGauge(metrics, "auth", relay);
  const forget = async () => {
    log.debug("what ended long ago was deleted", await forgetEnded(parts)());
  };
  let forgetting: ReturnType<typeof setInterval> | undefined;
  return {
    name: "auth",
    fetch: toServiceFetch(app, { name: "auth", log, metrics }),
    async start() {
      await runInOwnTrace(() => promoteAdmins(parts)(config.ADMIN_PHONES));
      forgetting ??= setInterval(
        () => runInOwnTrace(() => background.inBackground("deleting what ended long ago", forget)),
        FORGET_EVERY_MS,
      );
      await relay.start();
    },
    async stop() {
      clearInterval(forgetting);
      forgetting = undefined;
      await background.settled();
      await relay.stop();
    },
  };
};
