import { currentRequest } from "../shared/runtime/request-context.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createServiceClient } from "../shared/runtime/service-client.ts";
import { type AuthConfig, readSigningKey } from "./config.ts";
import { createCodes } from "./credentials/codes.ts";
import { createSecrets } from "./credentials/secrets.ts";
import type { SigningKey } from "./credentials/signing-key.ts";
import { createInitDataReader, createWidgetReader } from "./credentials/telegram-proofs.ts";
import { createTokens } from "./credentials/tokens.ts";
import { createLockout } from "./lockout.ts";
import { createOidc } from "./oidc.ts";
import type { OidcConnection } from "./oidc-config.ts";
import {
  createAnnounceRevoked,
  createBot,
  createBudgets,
  createGuessWatch,
  createMutedChats,
} from "./outside.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createStores, createTransact } from "./store/stores.ts";
import { miniAppKeyOf, widgetKeyOf } from "./telegram-config.ts";
import { createExchangeLimit } from "./telegram-exchanges.ts";
import { actInChat } from "./usecases/act-in-chat.ts";
import { bindContact } from "./usecases/bind-contact.ts";
import { changeProfile } from "./usecases/change-profile.ts";
import { changeStanding } from "./usecases/change-standing.ts";
import { denyChallenge } from "./usecases/deny-challenge.ts";
import { denySession } from "./usecases/deny-session.ts";
import {
  endChosenSession,
  endOtherSessions,
  endSessions,
  listRevoked,
  listSessions,
} from "./usecases/end-sessions.ts";
import { introspectToken } from "./usecases/introspect-token.ts";
import { openLink } from "./usecases/open-link.ts";
import type { InBackground } from "./usecases/ports.ts";
import { readAudit } from "./usecases/read-audit.ts";
import { readUser, searchUsers, shareUsers } from "./usecases/read-users.ts";
import { recordRefusedContact } from "./usecases/record-refused-contact.ts";
import { refreshSession } from "./usecases/refresh-session.ts";
import { requestCode } from "./usecases/request-code.ts";
import { rereadRights } from "./usecases/reread-rights.ts";
import { resendCode } from "./usecases/resend-code.ts";
import { sendCode } from "./usecases/send-code.ts";
import { signInByMiniApp, signInByWidget } from "./usecases/sign-in-by-telegram.ts";
import { requestStepUp } from "./usecases/step-up.ts";
import { verifyCode } from "./usecases/verify-code.ts";

const DAY_SECONDS = 86_400;

/** What auth is given. */
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
export const createParts = (deps: AuthDeps, inBackground: InBackground) => {
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
    gauge: { metrics: deps.metrics, from: "auth" },
  });
  const parts = {
    clock,
    newId,
    inBackground,
    accessTtlSeconds,
    stores: createStores(deps.database.db, storeContext),
    transact: createTransact(deps.database, storeContext),
    transactRefresh: createTransact(deps.database, storeContext, "auth.refresh.after-commit"),
    codes: createCodes({ pepper: config.OTP_PEPPER, alsoPepper: config.OTP_PEPPER_ALSO }),
    secrets: createSecrets(),
    signingKeys,
    tokens: createTokens({
      keys: signingKeys.ring,
      issuer: config.JWT_ISSUER,
      pepper: config.OTP_PEPPER,
      accessTtlSeconds,
      sessionLife: {
        longestSeconds: config.REFRESH_TOKEN_TTL_SECONDS,
        idleSeconds: config.SESSION_IDLE_DAYS * DAY_SECONDS,
      },
    }),
    budgets: createBudgets(limits, { enabled: config.RATE_LIMITS }),
    guessWatch: createGuessWatch(limits, ttlStore, log),
    codeLockout: createLockout({ way: "code", limits, ttlStore, clock }),
    mutedChats: createMutedChats(ttlStore),
    exchangeLimit: createExchangeLimit(limits),
    ...telegramReaders(config),
    ...{ config, ttlStore, log, connection: deps.oidc },
    bot: createBot(notify),
    announceRevoked: createAnnounceRevoked(deps.pubSub, log),
    otpTtlSeconds: config.OTP_TTL_SECONDS,
    otpRequestsPerAddress: config.OTP_REQUESTS_PER_ADDRESS,
    adminPhones: config.ADMIN_PHONES,
    auditAddressDays: config.AUDIT_ADDRESS_DAYS,
    verify: deps.verify,
  };
  return { ...parts, sendCode: sendCode({ ...parts, sender: parts.bot }) };
};

/** The use cases of the routes, but for those of passwords and erasures, which are wired where they are started. */
export const createUseCases = (parts: ReturnType<typeof createParts>) => ({
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
  recordRefusedContact: recordRefusedContact(parts),
  actInChat: actInChat(parts),
  denyChallenge: denyChallenge(parts),
  denySession: denySession(parts),
  readAudit: readAudit(parts),
});
