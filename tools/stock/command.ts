import { parseArgs } from "node:util";
import { type OpenedDatabase, openServiceDatabase } from "../../boot/open-database.ts";
import { type CommandOutcome, commandLog, runDatabaseCommand, UsageError } from "../database-command.ts";

export { AGREES, DIFFERS } from "../database-command.ts";

export interface StockCommand {
  readonly usage: string;
  /** Switches besides `--json`. */
  readonly switches: readonly string[];
  /** Looks, or mends: answers what to print for people, the same for machines, and the exit code. */
  run(opened: OpenedDatabase, switches: ReadonlySet<string>): Promise<CommandOutcome>;
}

const WORDS = {
  otherDatabase: "This database is not the inventory of this version of Kiosk",
  failed: "The stock could not be looked at",
};

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

/** Runs a command on inventory's database, prints what it found, and answers the exit code. */
export const runStockCommand = (command: StockCommand, words: readonly string[]): Promise<number> =>
  runDatabaseCommand(async () => {
    const switches = switchesOf(command, words);
    const opened = await openServiceDatabase("inventory", process.env, commandLog());
    try {
      return { ...(await command.run(opened, switches)), asJson: switches.has("json") };
    } finally {
      await opened.close();
    }
  }, WORDS);
