import { isKioskError } from "../shared/kernel/errors.ts";
import { sqlState } from "../shared/ports/sql-state.ts";
import { createLogger } from "../shared/runtime/logging.ts";

/** Exit codes of commands that compare, for scripts. */
export const AGREES = 0;
export const DIFFERS = 1;
export const COULD_NOT_LOOK = 2;

/** What stands on a line of the terminal, and what is printed for machines. */
export interface CommandOutcome {
  readonly text: string;
  readonly json: unknown;
  readonly exitCode: number;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Failures that were written for people: their message says what to do. */
const FOR_PEOPLE = new Set(["ConfigError", "StartError", "UsageError"]);
const UNDEFINED_TABLE = "42P01";
const UNDEFINED_COLUMN = "42703";

export interface CommandWords {
  /** Said of a database that has not the tables of this version: "This database is not …". */
  readonly otherDatabase: string;
  /** Begins what is said of every other failure: "The stock could not be looked at". */
  readonly failed: string;
}

const wordsFor = (error: unknown, { otherDatabase, failed }: CommandWords): string => {
  if (!(error instanceof Error)) return String(error);
  if (FOR_PEOPLE.has(error.name)) return error.message;
  const state = sqlState(error);
  if (state === UNDEFINED_TABLE || state === UNDEFINED_COLUMN)
    return `${otherDatabase}: start Kiosk on it once, which brings it up to date.`;
  const why =
    isKioskError(error) && error.details.cause instanceof Error ? ` (${error.details.cause.message})` : "";
  return `${failed}: ${error.message}${why}`;
};

/** Log lines of a command: warnings, beside what it prints. */
export const commandLog = () =>
  createLogger({ level: "warn", format: "text", write: (line) => void process.stderr.write(line) });

/** Runs a command on databases to its end, prints what it found or why it could not, and answers the exit code. */
export const runDatabaseCommand = async (
  run: () => Promise<CommandOutcome & { readonly asJson: boolean }>,
  words: CommandWords,
): Promise<number> => {
  // An exit tells a PostgreSQL that was started for the command to end; a signal by itself would leave it behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => process.exit(COULD_NOT_LOOK));
  try {
    const { text, json, exitCode, asJson } = await run();
    process.stdout.write(`${asJson ? JSON.stringify(json) : text}\n`);
    return exitCode;
  } catch (error) {
    process.stderr.write(`${wordsFor(error, words)}\n`);
    return COULD_NOT_LOOK;
  }
};
