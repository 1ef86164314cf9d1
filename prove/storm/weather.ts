import { sql } from "drizzle-orm";
import type { Database } from "../../shared/ports/database.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { type ServiceName, serviceNames } from "../../shared/runtime/service.ts";
import type { TcpProxy } from "../../shared/testing/tcp-proxy.ts";
import { lineKinds, type ServerName, serverNames, type Weather, type WeatherKind } from "../plan.ts";
import type { Stage } from "../stage/stage.ts";
import type { Telegram } from "../stage/telegram.ts";
import type { FaultLog } from "./fault-log.ts";

export interface Sky {
  readonly stage: Stage;
  readonly telegram: Telegram;
  readonly databases: Readonly<Record<ServiceName, Database>>;
  readonly log: FaultLog;
}

/** Milliseconds that a slow line takes more or less. */
const JITTER_MS = 10;
/** Cards of orders: a code that does not come is asked for again by a person, not by the shop. */
const CARDS = "Order ";

type LineKind = (typeof lineKinds)[number];

const strikeLine: Readonly<Record<LineKind, (line: TcpProxy, amount: number) => void>> = {
  cut: (line) => line.cut(),
  reset: (line) => line.reset(),
  shut: (line) => line.shut(),
  "black-hole": (line) => line.swallow(),
  "lost-answers": (line) => line.swallowAnswers(),
  slow: (line, amount) => line.slow(amount, JITTER_MS),
};

const isLineKind = (kind: WeatherKind): kind is LineKind => (lineKinds as readonly string[]).includes(kind);
const isServer = (name: string): name is ServerName => (serverNames as readonly string[]).includes(name);
const isService = (name: string): name is ServiceName => (serviceNames as readonly string[]).includes(name);

/** What was swallowed is gone: whoever waits for it on an old connection waits for ever, unless that ends. */
const openAgain = (line: TcpProxy): void => {
  line.open();
  line.cut();
};

const troubleLine = async (line: TcpProxy, { kind, forMs, amount }: Weather): Promise<void> => {
  if (!isLineKind(kind)) return;
  strikeLine[kind](line, amount);
  // Connections that were cut are welcome again at once.
  if (kind !== "cut" && kind !== "reset") await pause(forMs);
  if (kind === "black-hole" || kind === "lost-answers") openAgain(line);
  else line.open();
};

const telegramFault = (kind: WeatherKind, count: number): readonly [path: string, body: unknown] => {
  switch (kind) {
    case "telegram-lost-answers":
      return ["/faults", { phase: "after", textContains: CARDS, count }];
    case "telegram-refusals":
      return ["/faults", { phase: "before", textContains: CARDS, count, status: 429, retryAfter: 1 }];
    case "telegram-resets":
      return ["/faults", { phase: "reset", textContains: CARDS, count }];
    default:
      return ["/duplicates", { count }];
  }
};

/** As if so many confirms of the newest events had been lost: the relay publishes them once more, old news after new. */
const publishAgain = async ({ db }: Database, count: number): Promise<void> => {
  await db.execute(sql`
    update outbox set published_at = null where position in (
      select position from outbox where published_at is not null order by position desc limit ${count})`);
};

const detailOf = ({ kind, forMs, amount }: Weather): string => {
  if (kind === "slow") return `${amount} ms more for ${forMs} ms`;
  if (kind === "published-again") return `${amount} events`;
  if (kind.startsWith("telegram-")) return `${amount} times`;
  return kind === "cut" || kind === "reset" ? "all connections" : `${forMs} ms`;
};

const strike = async ({ stage, telegram, databases }: Sky, weather: Weather): Promise<void> => {
  const { kind, target, forMs, amount } = weather;
  if (isServer(target) && (kind === "killed" || kind === "restarted"))
    return stage.servers.get(target)?.blow(kind, forMs);
  if (isServer(target)) {
    const line = stage.lines.get(target);
    return line && troubleLine(line, weather);
  }
  if (isService(target)) return publishAgain(databases[target], amount);
  await telegram.control(...telegramFault(kind, amount));
  await pause(forMs);
};

/** Lets it rain as planned, one fault after another; what comes too late for the storm is left out. */
export const rainAsPlanned = async (
  sky: Sky,
  plan: readonly Weather[],
  startedAtMs: number,
  now: () => number,
  signal: AbortSignal,
): Promise<void> => {
  for (const weather of plan) {
    await pause(Math.max(0, startedAtMs + weather.atMs - now()), signal);
    if (signal.aborted) return;
    const { kind, target } = weather;
    const fault = sky.log.begin({ kind, target, detail: detailOf(weather) });
    // A server that cannot be asked just now is one that suffers from another fault.
    const struck = await strike(sky, weather).then(
      () => true,
      () => false,
    );
    fault.over({ struck });
  }
};
