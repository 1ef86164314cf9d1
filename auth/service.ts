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
import type { Service } from "../shared/runtime/service.ts";
import { createBackgroundWork } from "./background-work.ts";
import type { KeyRing } from "./credentials/key-ring.ts";
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
import { createPasswordLogin, type PasswordLogin } from "./password-login.ts";
import { createTransact } from "./store/stores.ts";
import { createUserStore } from "./store/user-store.ts";
import { type AuthDeps, createParts, createUseCases } from "./use-cases.ts";
import { forgetEnded } from "./usecases/forget-ended.ts";
import { grantRole } from "./usecases/grant-role.ts";
import { promoteAdmins } from "./usecases/promote-admins.ts";
import { shareUsers } from "./usecases/read-users.ts";

/** Folder of the database's migrations; to be applied before `start`. */
export const authMigrations = fileURLToPath(new URL("./store/migrations", import.meta.url));

/** How often challenges and sessions that ended long ago are deleted. */
const FORGET_EVERY_MS = 3_600_000;

export { keyRotationOf } from "./signing-keys.ts";
export { endAllSessions } from "./store/after-restore.ts";

/** Gives the owner of a phone a role, on the database of a shop that may be running: for a tool. */
export const grantRoleOn = (database: Database, { accessTtlSeconds }: { accessTtlSeconds: number }) =>
  grantRole({
    transact: createTransact(database, { newId, currentRequest, accessTtlSeconds }),
    clock: systemClock,
  });

/** Reads all users of a database page by page, as `GET /internal/users` tells of them: for tools. */
export const sharedUsersOf = ({ db }: Database) => shareUsers({ users: createUserStore(db) });

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
  const { log, metrics, tracing, config, database, bus, clock } = deps;
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
    fetch: toServiceFetch(app, { name: "auth", log, metrics, tracing }),
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
