/** Values that explain a log line. Never a secret, a code, a token or a request body. */
export type LogFields = Readonly<Record<string, unknown>>;

/** JSON lines for machines, `message` for people. An `error` field is written with its stack. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}
