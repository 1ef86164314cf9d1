import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { authMigrations } from "../../auth/service.ts";
import { createStores, createTransact } from "../../auth/store/stores.ts";
import { endSessions } from "../../auth/usecases/end-sessions.ts";
import { type RefreshSessionDeps, refreshSession } from "../../auth/usecases/refresh-session.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { fakeClock } from "../../shared/testing/fake-clock.ts";
import { testDatabase } from "../../shared/testing/test-database.ts";
import type { Timed } from "../model-runs.ts";
import type { Shown } from "./model.ts";

const ACCESS_TTL_SECONDS = 900;
export const SESSION_LIFE_MS = 30 * 86_400_000;
const client = { ip: "203.0.113.7", userAgent: "" };
const INSTANCES = 2;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

/** Tokens without signatures: the id itself is shown. What is signed has tests of its own. */
const plainTokens: RefreshSessionDeps["tokens"] = {
  accessTtlSeconds: ACCESS_TTL_SECONDS,
  sessionLife: { longestSeconds: SESSION_LIFE_MS / 1000, idleSeconds: SESSION_LIFE_MS / 1000 },
  successorOf: (tokenId) => sha256(`successor of ${tokenId}`),
  hashOf: sha256,
  sign: async ({ tokenId }) => ({ accessToken: "", refreshToken: tokenId, expiresIn: ACCESS_TTL_SECONDS }),
  readRefreshToken: async (token) => token,
};

/** Auth's refreshing on a database of its own, by two instances that share a clock. */
export const openRefreshDesk = async () => {
  const database = await testDatabase({ name: "auth", migrations: authMigrations });
  const context = { newId, currentRequest: () => undefined, accessTtlSeconds: ACCESS_TTL_SECONDS };
  const stores = createStores(database.db, context);
  const transact = createTransact(database, context);
  const userId = newId();
  await database.db.execute(sql`
    insert into app_user (id, version, name, language, timezone, role, status, created_at, updated_at)
    values (${userId}, 1, 'Ada', 'en', 'UTC', 'customer', 'active', now(), now())`);

  /** A family of its own: one session, its first token, and fresh instances. */
  const openRun = async (timed: Timed) => {
    const clock = fakeClock();
    const now = clock.now();
    const id = newId();
    const first = newId();
    const expiresAt = new Date(now.getTime() + SESSION_LIFE_MS);
    const session = { id, userId, challengeId: newId(), createdAt: now, lastUsedAt: now, expiresAt };
    await stores.sessions.insert({ ...session, ...client, provedAt: null });
    await stores.refreshTokens.insert({ hash: sha256(first), sessionId: id, parentHash: null, now });
    const tokens = [first];
    const idOf = (nth: number): string => {
      while (tokens.length <= nth) tokens.push(plainTokens.successorOf(tokens.at(-1) ?? ""));
      return tokens[nth] ?? "";
    };
    const announced: string[] = [];
    const deps = {
      ...{ stores, transact, clock, tokens: plainTokens, accessTtlSeconds: ACCESS_TTL_SECONDS },
      announceRevoked: async (ended: readonly { readonly sid: string }[]) =>
        void announced.push(...ended.map(({ sid }) => sid)),
    };
    const instances = Array.from({ length: INSTANCES }, () => refreshSession(deps));

    return {
      clock,
      announced,
      /** Shows the nth token of the family to an instance. */
      async show(token: number, instance: number): Promise<Shown> {
        const refresh = instances[instance] ?? refreshSession(deps);
        const shown = idOf(token);
        idOf(token + 1);
        try {
          const pair = await timed(() => refresh({ refreshToken: shown, client }));
          return { answer: "pair", token: tokens.indexOf(pair.refreshToken, token) };
        } catch (error) {
          if (isKioskError(error, "UNAUTHENTICATED")) return { answer: "refused" };
          throw error;
        }
      },
      restart(instance: number): void {
        instances[instance] = refreshSession(deps);
      },
      async logout(): Promise<void> {
        await timed(() => endSessions(deps)({ userId, sessionId: id, reason: "logout" }));
      },
      /** The family as it is stored: its tokens along the line, and how it ended. */
      async read() {
        const { rows: line } = await database.db.execute<{ hash: string; used: string | null }>(sql`
          with recursive line as (
            select hash, used_at, 0 as nth from refresh_token where session_id = ${id} and parent_hash is null
            union all
            select next.hash, next.used_at, nth + 1 from refresh_token next join line on next.parent_hash = line.hash
          ) select hash, extract(epoch from used_at) * 1000 as used from line order by nth`);
        const { rows } = await database.db.execute<{
          tokens: number;
          reason: string | null;
          reuses: number;
        }>(sql`
          select (select count(*)::int from refresh_token where session_id = ${id}) as tokens,
            (select revoke_reason from session where id = ${id}) as reason,
            (select count(*)::int from audit_event where session_id = ${id} and kind = 'token-reused') as reuses`);
        return { ...(rows[0] ?? { tokens: 0, reason: null, reuses: 0 }), line };
      },
    };
  };
  return { openRun, close: () => database.drop() };
};

export type RefreshDesk = Awaited<ReturnType<typeof openRefreshDesk>>;
export type RefreshRun = Awaited<ReturnType<RefreshDesk["openRun"]>>;
