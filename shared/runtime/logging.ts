import pino from "pino";
import type { LogFields, Logger } from "../ports/logger.ts";
import { currentRequest, type RequestContext } from "./request-context.ts";
import { parseTraceparent } from "./trace-context.ts";

export const logLevels = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Fields that would hold a secret if someone logged them by mistake. */
const REDACTED_FIELDS = [
  "password",
  "token",
  "code",
  "secret",
  "accessToken",
  "refreshToken",
  "challengeSecret",
  "authorization",
  "initData",
].flatMap((field) => (field === "code" ? [field] : [field, `*.${field}`])); // an error's own code is no secret

const LEVEL_MARK: Record<string, string> = { debug: "·", info: " ", warn: "!", error: "✗" };

/** One readable line instead of JSON, for a terminal. */
const forTerminal = (line: string): string => {
  const { level, time, service, msg, requestId, traceId, spanId, err, ...rest } = JSON.parse(line) as Record<
    string,
    unknown
  >;
  const clock = String(time).slice(11, 19);
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const error = err as { message?: string; stack?: string } | undefined;
  const tail = error === undefined ? "" : `\n    ${error.stack ?? error.message ?? ""}`;
  return `${clock} ${LEVEL_MARK[String(level)] ?? " "} ${String(service ?? "kiosk").padEnd(9)} ${String(msg)} ${fields.join(" ")}${tail}\n`;
};

const wrap = (target: pino.Logger): Logger => {
  const write =
    (level: "debug" | "info" | "warn" | "error") =>
    (message: string, fields: LogFields = {}) => {
      if (!target.isLevelEnabled(level)) return;
      const { error, ...rest } = fields;
      target[level](error === undefined ? rest : { ...rest, err: error }, message);
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: (fields) => wrap(target.child(fields)),
  };
};

export interface LoggingOptions {
  readonly level: LogLevel;
  /** `json` for machines, `text` for a terminal. */
  readonly format: "json" | "text";
  /** Where lines go; standard output by default. */
  readonly write?: (line: string) => void;
}

/** Where a line belongs, by the names that OpenTelemetry's log records have. */
const placeOf = ({ requestId, traceparent = "" }: RequestContext): Record<string, string> => {
  const trace = parseTraceparent(traceparent);
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(trace === null ? {} : { traceId: trace.traceId, spanId: trace.spanId }),
  };
};

/** The root logger. Every line carries the request id and the trace of the request that it belongs to. */
export const createLogger = ({
  level,
  format,
  write = (line) => void process.stdout.write(line),
}: LoggingOptions): Logger => {
  const destination = { write: (line: string) => write(format === "text" ? forTerminal(line) : line) };
  const root = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_FIELDS, censor: "[hidden]" },
      mixin: () => {
        const request = currentRequest();
        return request === undefined ? {} : placeOf(request);
      },
    },
    destination,
  );
  return wrap(root);
};
