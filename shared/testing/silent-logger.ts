import type { LogFields, Logger } from "../ports/logger.ts";

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

export interface SilentLogger extends Logger {
  /** Every line so far, those of the children included. */
  readonly lines: readonly LogLine[];
}

/** A logger that prints nothing and remembers every line. */
export function silentLogger(): SilentLogger {
  const lines: LogLine[] = [];
  return { lines, ...loggerInto(lines, {}) };
}

function loggerInto(lines: LogLine[], bound: LogFields): Logger {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => loggerInto(lines, { ...bound, ...fields }),
  };
}
