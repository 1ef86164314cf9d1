import type { LogFields, Logger } from "../ports/logger.ts";
import { createLogger } from "../runtime/logging.ts";
import { canary } from "./canary/canary.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

export interface SilentLogger extends Logger {
  /** Every line so far, those of the children included. */
  readonly lines: readonly LogLine[];
  /** Tells its lines from those of other loggers, for the canary. */
  readonly world: string;
}

/** A logger that prints nothing and remembers every line. The canary sees each as it would have been printed. */
export function silentLogger(): SilentLogger {
  const lines: LogLine[] = [];
  const world = `logger ${crypto.randomUUID()}`;
  return { lines, world, ...loggerInto(lines, {}, heardByCanary(world)) };
}

/** The real logger at its most talkative, with all that it hides; null where nobody listens. */
const heardByCanary = (world: string): Logger | null =>
  canary &&
  createLogger({
    level: "debug",
    format: "json",
    write: (text) => canary?.emitted({ channel: "log", world, text }),
  });

function loggerInto(lines: LogLine[], bound: LogFields, heard: Logger | null): Logger {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
      heard?.[level](message, fields);
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => loggerInto(lines, { ...bound, ...fields }, heard?.child(fields) ?? null),
  };
}
