import { parseArgs } from "node:util";
import { type OpenedDatabase, openServiceDatabase } from "../../boot/open-database.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { sqlState } from "../../shared/ports/sql-state.ts";
import { createLogger } from "../../shared/runtime/logging.ts";

/** Exit codes, for scripts. */
export const AGREES = 0;
export const DIFFERS = 1;
export const COULD_NOT_LOOK = 2;

export interface StockCommand {
  readonly usage: string;
  /** Switches besides `--json`. */
  readonly switches: readonly string[];
  /** Looks, or mends: answers what to print for people, the same for machines, and the exit code. */
  run(
    opened: OpenedDatabase,
    switches: ReadonlySet<string>,
  ): Promise<{ text: string; json: unknown; exitCode: number }>;
}

/** Failures that were written for people: their message says what to do. */
const FOR_PEOPLE = new Set(["ConfigError", "StartError", "UsageError"]);
const UNDEFINED_TABLE = "42P01";
const UNDEFINED_COLUMN = "42703";

class UsageError extends Error {
  override readonly name = "UsageError";
}

const switchesOf = ({ usage, switches }: StockCommand, words: readonly string[]): ReadonlySet<string> => {
  const options = Object.fromEntries(
    ["json", ...switches].map((name) => [name, { type: "boolean" as const }]),
  );
  try {
    return new Set(Object.keys(parseArgs({ args: [...words], options, strict: true }).values));
  } catch {
    throw new UsageError(usage);
  }
};

const wordsFor = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (FOR_PEOPLE.has(error.name)) return error.message;
  const state = sqlState(error);
  if (state === UNDEFINED_TABLE || state === UNDEFINED_COLUMN)
    return "This database is not the inventory of this version of Kiosk: start Kiosk on it once, which brings it up to date.";
  const why =
    isKioskError(error) && error.details.cause instanceof Error ? ` (${error.details.cause.message})` : "";
  return `The stock could not be looked at: ${error.message}${why}`;
};

/** Runs a command on inventory's database, prints what it found, and answers the exit code. */
export const runStockCommand = async (command: StockCommand, words: readonly string[]): Promise<number> => {
  const log = createLogger({
    level: "warn",
    format: "text",
    write: (line) => void process.stderr.write(line),
  });
  // An exit tells a PostgreSQL that was started for the command to end; a signal by itself would leave it behind.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => process.exit(COULD_NOT_LOOK));
  let opened: OpenedDatabase | null = null;
  try {
    const switches = switchesOf(command, words);
    opened = await openServiceDatabase("inventory", process.env, log);
    const { text, json, exitCode } = await command.run(opened, switches);
    process.stdout.write(`${switches.has("json") ? JSON.stringify(json) : text}\n`);
    return exitCode;
  } catch (error) {
    process.stderr.write(`${wordsFor(error)}\n`);
    return COULD_NOT_LOOK;
  } finally {
    await opened?.close();
  }
};
