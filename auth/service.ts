import { fileURLToPath } from "node:url";
import { authGuard } from "../shared/http/auth-guard.ts";
import { outboxRoutes } from "../shared/http/outbox-routes.ts";
import { createServiceApp, toServiceFetch } from "../shared/http/service-app.ts";
import { systemClock } from "../shared/kernel/clock.ts";
import { newId } from "../shared/kernel/ids.ts";
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
import type { KeyRing } from "./credentials/key-ring.ts";
import { createSecrets } from "./credentials/secrets.ts";
import type { SigningKey } from "./credentials/signing-key.ts";
import { createInitDataReader, createWidgetReader } from "./credentials/telegram-proofs.ts";
import { createTokens } from "./credentials/tokens.ts";
import { createErasures } from "./erasures.ts";
import { auditRoutes } from "./http/audit-routes.ts";
import { type ErasureCases, erasureRoutes } from "./http/erasure-routes.ts";
import { internalRoutes } from "./http/internal-routes.ts";
import { oidcRoutes } from "./http/oidc-routes.ts";
import { otpRoutes } from "./http/otp-routes.ts";
import { profileRoutes } from "./http/profile-routes.ts";
import { telegramRoutes } from "./http/telegram-routes.ts";
import { tokenRoutes } from "./http/token-routes.ts";
import { userRoutes } from "./http/user-routes.ts";
import { createOidc } from "./oidc.ts";
import type { OidcConnection } from "./oidc-config.ts";
import {
  createAnnounceRevoked,
  createBot,
  createBudgets,
  createGuessWatch,
  createMutedChats,
} from "./outside.ts";
import { createPasswordLogin, type PasswordLogin } from "./password-login.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createStores, createTransact } from "./store/stores.ts";
import { createUserStore } from "./store/user-store.ts";
import { miniAppKeyOf, widgetKeyOf } from "./telegram-config.ts";
import { createExchangeLimit } from "./telegram-exchanges.ts";
import { bindContact } from "./usecases/bind-contact.ts";
import { changeProfile } from "./usecases/change-profile.ts";
import { changeStanding } from "./usecases/change-standing.ts";
import { denyChallenge } from "./usecases/deny-challenge.ts";
import {
  endChosenSession,
  endOtherSessions,
  endSessions,
  listRevoked,
  listSessions,
} from "./usecases/end-sessions.ts";
import { forgetEnded } from "./usecases/forget-ended.ts";
import { grantRole } from "./usecases/grant-role.ts";
import { introspectToken } from "./usecases/introspect-token.ts";
import { openLink } from "./usecases/open-link.ts";
import type { InBackground } from "./usecases/ports.ts";
import { promoteAdmins } from "./usecases/promote-admins.ts";
import { readAudit } from "./usecases/read-audit.ts";
import { readUser, searchUsers, shareUsers } from "./usecases/read-users.ts";
import { refreshSession } from "./usecases/refresh-session.ts";
import { requestCode } from "./usecases/request-code.ts";
import { rereadRights } from "./usecases/reread-rights.ts";
import { resendCode } from "./usecases/resend-code.ts";
import { sendCode } from "./usecases/send-code.ts";
import { signInByMiniApp, signInByWidget } from "./usecases/sign-in-by-telegram.ts";
import { requestStepUp } from "./usecases/step-up.ts";
import { verifyCode } from "./usecases/verify-code.ts";

/** Folder of the database's migrations; to be applied before `start`. */
export const authMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

/** How often challenges and sessions that ended long ago are deleted. */
const FORGET_EVERY_MS = 3_600_000;

export { keyRotationOf } from "./signing-keys.ts";

/** Gives the owner of a phone a role, on the database of a shop that may be running: for a tool. */
export const grantRoleOn = (database: Database, { accessTtlSeconds }: { accessTtlSeconds: number }) =>
  grantRole({
    transact: createTransact(database, { newId, currentRequest, accessTtlSeconds }),
    clock: systemClock,
  });

/** Reads all users of a database page by page, as `GET /internal/users` tells of them: for tools. */
export const sharedUsersOf = ({ db }: Database) => shareUsers({ users: createUserStore(db) });

export interface AuthDeps extends ServiceDeps {
  readonly config: AuthConfig;
  /** Signs the first tokens; read from the configuration where it is not given. */
  readonly signingKey?: SigningKey;
  /** Where auth is reached from outside, and the stand-in for “Log in with Telegram”. */
  readonly oidc?: OidcConnection | undefined;
}

/** How what Telegram says of a person is verified, as far as that is set up. */
const telegramReaders = (config: AuthConfig) => {
  const [miniAppKey, widgetKey] = [miniAppKeyOf(config), widgetKeyOf(config)];
  return {
    readInitData: miniAppKey && createInitDataReader(miniAppKey),
    readWidget: widgetKey && createWidgetReader(widgetKey),
  };
};

/** What several use cases need. */
const createParts = (deps: AuthDeps, inBackground: InBackground) => {
  const { config, clock, newId, log, limits, ttlStore, internalToken } = deps;
  const accessTtlSeconds = config.ACCESS_TOKEN_TTL_SECONDS;
  const storeContext = { newId, currentRequest, accessTtlSeconds };
  const configured = deps.signingKey ?? readSigningKey(config);
  const signingKeys = createSigningKeys({ ...deps, storeContext, configured });
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
    transactRefresh: createTransact(deps.database, storeContext, "auth.refresh.after-commit"),
    codes: createCodes({ pepper: config.OTP_PEPPER }),
    secrets: createSecrets(),
    signingKeys,
    tokens: createTokens({
      keys: signingKeys.ring,
      issuer: config.JWT_ISSUER,
      pepper: config.OTP_PEPPER,
      accessTtlSeconds,
      refreshTtlSeconds: config.REFRESH_TOKEN_TTL_SECONDS,
    }),
    budgets: createBudgets(limits, { enabled: config.RATE_LIMITS }),
    guessWatch: createGuessWatch(limits, ttlStore, log),
    mutedChats: createMutedChats(ttlStore),
    exchangeLimit: createExchangeLimit(limits),
    ...telegramReaders(config),
    ...{ config, ttlStore, log, connection: deps.oidc },
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
  requestStepUp: requestStepUp(parts),
  resendCode: resendCode(parts),
  verifyCode: verifyCode(parts),
  signInByMiniApp: signInByMiniApp(parts),
  signInByWidget: signInByWidget(parts),
  oidc: createOidc(parts),
  refreshSession: refreshSession({ ...parts, transact: parts.transactRefresh }),
  rereadRights: rereadRights(parts),
  introspectToken: introspectToken(parts),
  endSessions: endSessions(parts),
  endOtherSessions: endOtherSessions(parts),
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
  readAudit: readAudit(parts),
});

type Cases = ReturnType<typeof createUseCases> & { readonly erasures: ErasureCases };

const createApp = (deps: AuthDeps, cases: Cases, keys: KeyRing, passwords: PasswordLogin) => {
  const { database, bus, ttlStore, pubSub } = deps;
  const guard = authGuard({ ...deps, verify: cases.rereadRights });
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
    .use(telegramRoutes(guard, cases))
    .use(oidcRoutes(guard, cases.oidc))
    .use(passwords.routes(guard))
    .use(tokenRoutes(guard, cases, keys.published))
    .use(profileRoutes(guard, cases))
    .use(userRoutes(guard, cases))
    .use(erasureRoutes(guard, cases.erasures))
    .use(auditRoutes(guard, cases))
    .use(internalRoutes(guard, cases))
    .use(outboxRoutes(guard, { service: "auth", read: () => readOutboxStanding(database) }));
};

/** Users, phones, roles, sign-in codes, sessions and the keys that tokens are signed with. */
export const createAuth = (given: AuthDeps): Service => {
  const deps = { ...given, log: given.log.child({ service: "auth" }) };
  const { log, metrics, config, database, bus, clock } = deps;
  const background = createBackgroundWork(log);
  const parts = createParts(deps, background.inBackground);
  const erasures = createErasures(deps, parts);
  const cases = { ...createUseCases(parts), erasures: erasures.cases };
  const passwords = createPasswordLogin({ ...deps, parts });
  const app = createApp(deps, cases, parts.signingKeys.ring, passwords);
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
      await parts.signingKeys.prepare();
      await passwords.start();
      await runInOwnTrace(() => promoteAdmins(parts)(config.ADMIN_PHONES));
      forgetting ??= setInterval(
        () => runInOwnTrace(() => background.inBackground("deleting what ended long ago", forget)),
        FORGET_EVERY_MS,
      );
      await erasures.worker.start();
      await relay.start();
    },
    async stop() {
      clearInterval(forgetting);
      forgetting = undefined;
      await erasures.worker.stop();
      await background.settled();
      await relay.stop();
    },
  };
};
