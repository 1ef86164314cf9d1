import { partNames } from "../../boot/config.ts";
import { SANDBOX_ADMIN_PHONE } from "../../boot/sandbox-admin.ts";
import { doAll } from "../../e2e/do-all.ts";
import { ownFolder } from "../../e2e/own-folder.ts";
import { restart } from "../../e2e/postgres-blows.ts";
import { databaseNames, databaseUrl } from "../../shared/drivers/ensure-database.ts";
import { freePort } from "../../shared/drivers/free-port.ts";
import { tcpProxy } from "../../shared/testing/tcp-proxy.ts";
import { temporaryPostgres } from "../../shared/testing/temporary-postgres.ts";
import { READY_TIMEOUT_MS, type Stage } from "./stage.ts";

/** One process with all parts, everything of it in process but PostgreSQL, which is the run's own and reached by a line that can be cut. */
export const openEmbeddedStage = async (env: Readonly<Record<string, string>>): Promise<Stage> => {
  const postgres = await temporaryPostgres();
  const line = await tcpProxy(postgres.url, 5432);
  const own = ownFolder();
  const port = freePort();
  const shared = {
    ...env,
    PORT: String(port),
    DATABASE_URL: line.through(postgres.url),
    ADMIN_PHONES: SANDBOX_ADMIN_PHONE,
  };
  const start: Stage["start"] = (_nth, more) =>
    own.start({ env: { ...shared, ...more }, readyTimeoutMs: READY_TIMEOUT_MS });
  const close = (): Promise<void> => doAll([own.close, line.close, postgres.remove]);
  try {
    const process = await start(0, {});
    return {
      layout: "embedded",
      scene: { processes: [partNames], lines: ["postgres"], restartable: ["postgres"] },
      url: process.url,
      dataDir: own.dataDir,
      adminPhone: SANDBOX_ADMIN_PHONE,
      urlOf: () => process.url,
      databaseUrl: (service) => databaseUrl(postgres.url, databaseNames[service]),
      lines: new Map([["postgres", line]]),
      servers: new Map([
        ["postgres", { blow: (how) => restart(postgres, how === "killed" ? "kill -9" : "fast shutdown") }],
      ]),
      processes: [process],
      start,
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
};
