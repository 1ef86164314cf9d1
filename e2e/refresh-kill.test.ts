import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { decodeJwt } from "jose";
import { sha256 } from "../auth/credentials/secrets.ts";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { clusterUrl, readRecord } from "../shared/drivers/embedded-postgres-cluster.ts";
import { databaseNames, withClient } from "../shared/drivers/ensure-database.ts";
import { pause } from "../shared/runtime/retry.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import type { KioskProcess } from "../tools/kiosk-process.ts";
import { crowdEnv, openCrowd } from "./crowd.ts";
import { ownFolder } from "./own-folder.ts";
import { type RefreshClient, startRefreshClient } from "./refresh-clients.ts";
import { sized } from "./size.ts";

setDefaultTimeout(400_000);

const CLIENTS = sized(200, 60);
/** What the shell says of a process that SIGKILL has ended: 128 + 9. */
const KILLED = 137;
/** Refreshes that are committed and not answered when the process dies, the nth after its start. */
const DEATHS = [0.75, 1.5].map((times) => `auth.refresh.after-commit#${times * CLIENTS}`);
/** Longer than the ten seconds of grace: an outage of ours is nobody's fault but ours. */
const LONG_AWAY_MS = 12_000;
/** So often every client is answered by the last process, before it stops. */
const REFRESHES_AFTER = 3;
const PATIENCE = { timeoutMs: 120_000, everyMs: 50 } as const;

const own = ownFolder();
afterAll(own.close);

/** Every session with its unused tokens and whether it has ended. */
const readFamilies = async () => {
  const record = readRecord(own.dataDir);
  if (record === undefined) throw new Error("the embedded PostgreSQL has left no record");
  return withClient(clusterUrl(record, databaseNames.auth), async (client) => {
    const { rows } = await client.query<{ id: string; ended: boolean; unused: string[]; tokens: number }>(`
      select s.id, s.revoked_at is not null as ended, count(*)::int as tokens,
        array_remove(array_agg(case when t.used_at is null then t.hash end), null) as unused
      from session s join refresh_token t on t.session_id = s.id group by s.id`);
    const reused = await client.query("select 1 from audit_event where kind = 'token-reused'");
    return { families: new Map(rows.map((row) => [row.id, row])), reuses: reused.rows.length };
  });
};

/** Waits for the process to die by its crash point, and starts the next in its place, so much later. */
const dieAndRestart = async (dying: KioskProcess, awayMs: number, env: Readonly<Record<string, string>>) => {
  expect(await dying.exited).toBe(KILLED);
  const diedAt = performance.now();
  await pause(awayMs);
  const next = await own.start({ env });
  return { next, awaySeconds: (performance.now() - diedAt) / 1_000 };
};

const sum = (clients: readonly RefreshClient[], of: (client: RefreshClient) => number): number =>
  clients.reduce((total, client) => total + of(client), 0);

describe(`${CLIENTS} clients refreshing while auth is killed`, () => {
  test("none is logged out, and each has exactly one live successor", async () => {
    const env = { ...crowdEnv, TELEGRAM_PACE: "off", LOG_LEVEL: "error" };
    const first = await own.start({ env: { ...env, CRASH_AT: DEATHS[0] ?? "" } });
    const port = new URL(first.url).port;
    const shop = { url: first.url, dataDir: own.dataDir, adminPhone: SANDBOX_ADMIN_PHONE };
    const crowd = await openCrowd(shop, CLIENTS);
    const api = createApiClient(first.url);
    const clients = crowd.buyers.map(({ refreshToken }) => startRefreshClient(api, refreshToken));

    const second = await dieAndRestart(first, 0, { ...env, PORT: port, CRASH_AT: DEATHS[1] ?? "" });
    const third = await dieAndRestart(second.next, LONG_AWAY_MS, { ...env, PORT: port });
    const before = new Map(clients.map((client) => [client, client.refreshed()]));
    const isThrough = (client: RefreshClient) =>
      client.lost() !== null || client.refreshed() >= (before.get(client) ?? 0) + REFRESHES_AFTER;
    await waitFor(() => clients.every(isThrough), { ...PATIENCE, what: "every client to be answered again" });
    await Promise.all(clients.map((client) => client.stop()));
    console.info(
      `${CLIENTS} clients: ${sum(clients, (client) => client.refreshed())} refreshes, ` +
        `${sum(clients, (client) => client.repeated())} repeated; away ` +
        `${second.awaySeconds.toFixed(1)} s and ${third.awaySeconds.toFixed(1)} s`,
    );

    expect(clients.flatMap((client) => client.lost() ?? [])).toEqual([]);
    const { families, reuses } = await readFamilies();
    expect(reuses).toBe(0);
    for (const client of clients) {
      const { sid, jti } = decodeJwt(client.token());
      const family = families.get(String(sid));
      expect(family).toMatchObject({ ended: false, unused: [sha256(String(jti))] });
      // A line: as many tokens as there were exchanges, one of which may have been repeated.
      expect(family?.tokens).toBe(client.refreshed() + 1);
    }
  });
});
