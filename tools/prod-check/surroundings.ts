import { statfsSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import pg from "pg";
import { masked } from "../../boot/database-address.ts";
import { openRabbitEventBus } from "../../shared/drivers/rabbit-event-bus.ts";
import { openRedis } from "../../shared/drivers/redis-connection.ts";
import type { Logger } from "../../shared/ports/logger.ts";
import type { Environment } from "../../shared/runtime/config.ts";
import { within } from "../../shared/runtime/retry.ts";
import type { Finding } from "./settings.ts";

/** Longest wait for one server. */
const REACH_TIMEOUT_MS = 5_000;
/** Tokens, codes and holds end by the clock: services and database have to agree about it. */
const CLOCK_SKEW_MAX_MS = 2_000;
const DISK_FREE_MIN_BYTES = 1_000_000_000;
const DISK_FREE_MIN_SHARE = 0.1;

const refused = (text: string): Finding => ({ level: "refused", text });

/** What a server failed with, without its address's password. */
const reasonOf = (error: unknown): string => {
  const { message = "", code = "" } = error as { message?: string; code?: string };
  return (message || code || "no answer").replaceAll(/:\/\/[^@\s]*@/g, "://***@").split("\n")[0] ?? "";
};

const tried = async (variable: string, url: string, work: () => Promise<Finding[]>): Promise<Finding[]> => {
  try {
    return await within(work(), REACH_TIMEOUT_MS, () => new Error(`no answer within ${REACH_TIMEOUT_MS} ms`));
  } catch (error) {
    return [refused(`${variable}: ${masked(url)} cannot be used: ${reasonOf(error)}`)];
  }
};

/** How far a clock is from ours, by half the time of asking; the sign says who is ahead. */
export const skewMs = (askedAt: number, answeredAt: number, theirs: number): number =>
  Math.round(theirs - (askedAt + answeredAt) / 2);

const checkPostgres = (variable: string, url: string) =>
  tried(variable, url, async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: REACH_TIMEOUT_MS });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const askedAt = Date.now();
      const { rows } = await client.query<{ now: string }>(
        "select (extract(epoch from clock_timestamp()) * 1000)::float8 as now",
      );
      const skew = skewMs(askedAt, Date.now(), Number(rows[0]?.now));
      return Math.abs(skew) <= CLOCK_SKEW_MAX_MS
        ? []
        : [refused(`${variable}: the server's clock is ${skew} ms from ours: synchronise both (NTP)`)];
    } finally {
      await client.end().catch(() => undefined);
    }
  });

const checkRedis = (url: string, log: Logger) =>
  tried("REDIS_URL", url, async () => {
    const redis = await openRedis(url, log);
    await redis.close();
    return [];
  });

const checkRabbit = (url: string, log: Logger, prefix: string) =>
  tried("RABBITMQ_URL", url, async () => {
    const bus = await openRabbitEventBus({ url, log, prefix });
    await bus.close();
    return [];
  });

const HTTPS_PORT = 443;

/** Whether somebody listens where Telegram, or a person, will call. */
const checkListens = (variable: string, url: string) =>
  tried(variable, url, async () => {
    const { hostname, port } = new URL(url);
    await new Promise<void>((resolve, reject) => {
      const socket = connectSocket(Number(port) || HTTPS_PORT, hostname);
      socket.setTimeout(REACH_TIMEOUT_MS, () => socket.destroy(new Error("no answer in time")));
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.destroy();
        resolve();
      });
    });
    return [];
  });

/** Whether a disk has too little room, by what is free of it. */
export const isTooFull = (freeBytes: number, allBytes: number): boolean =>
  freeBytes < DISK_FREE_MIN_BYTES || freeBytes < allBytes * DISK_FREE_MIN_SHARE;

const checkDisk = (folder: string): Finding[] => {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return isTooFull(bavail * bsize, blocks * bsize)
      ? [
          {
            level: "warning",
            text: `the disk of ${folder} has ${Math.round((bavail * bsize) / 1e6)} MB left`,
          },
        ]
      : [];
  } catch {
    return [];
  }
};

/** Tries every server that an environment names, compares clocks, and looks at the disk. Changes nothing. */
export const checkSurroundings = async (
  environment: Environment,
  log: Logger,
): Promise<readonly Finding[]> => {
  const named = (name: string): string | null => {
    const text = environment[name]?.trim() ?? "";
    return URL.canParse(text) ? text : null;
  };
  const databases = Object.keys(environment).filter((name) => /^([A-Z]+_)?DATABASE_URL$/.test(name));
  const redis = named("REDIS_URL");
  const rabbit = named("RABBITMQ_URL");
  const webhook = named("TELEGRAM_WEBHOOK_URL");
  const found = await Promise.all([
    ...databases.map((name) => {
      const url = named(name);
      return url === null ? [] : checkPostgres(name, url);
    }),
    redis === null ? [] : checkRedis(redis, log),
    rabbit === null ? [] : checkRabbit(rabbit, log, environment.RABBITMQ_PREFIX?.trim() ?? ""),
    webhook === null ? [] : checkListens("TELEGRAM_WEBHOOK_URL", webhook),
  ]);
  return [...found.flat(), ...checkDisk(environment.DATA_DIR?.trim() || ".")];
};
