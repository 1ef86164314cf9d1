import { parseArgs } from "node:util";
import { openServiceDatabases } from "../../boot/open-database.ts";
import type { Database } from "../../shared/ports/database.ts";
import type { ReplicaPair } from "../../shared/replicas/stretch.ts";
import type { ServiceName } from "../../shared/runtime/service.ts";
import { type CommandOutcome, commandLog, runDatabaseCommand, UsageError } from "../database-command.ts";
import { type Replica, replicaNames, replicasNamed } from "./replicas.ts";

/** Progress is told this often at most, and not at all by what is done sooner. */
const PROGRESS_EVERY_MS = 1_000;

/** A replica whose databases are open. */
export interface OpenedReplica {
  /** The keeper's. */
  readonly database: Database;
  readonly pair: ReplicaPair;
  readonly owner: ServiceName;
  readonly onProgress: (owned: number) => void;
}

export interface ReplicaCommand {
  /** `rebuild`, `verify`. */
  readonly name: string;
  run(replicas: readonly OpenedReplica[]): Promise<CommandOutcome>;
}

const WORDS = {
  otherDatabase: "These databases are not those of this version of Kiosk",
  failed: "The replicas could not be read",
};

const usageOf = (name: string): string =>
  `Usage: bun run replicas:${name} [replica…] [--json]\nReplicas: ${replicaNames.join(", ")}; all of them without any.`;

const readWords = (
  { name }: ReplicaCommand,
  words: readonly string[],
): { asJson: boolean; replicas: readonly Replica[] } => {
  const options = { json: { type: "boolean" as const } };
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      strict: true,
      allowPositionals: true,
    });
    const replicas = replicasNamed(positionals);
    if (replicas !== null) return { asJson: values.json === true, replicas };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(usageOf(name));
};

/** Tells now and then how far it is, on the side: what is printed at the end may be read by a machine. */
export const tellProgress = (replica: string) => {
  let toldAt: number | null = null;
  return (owned: number): void => {
    toldAt ??= performance.now();
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = performance.now();
    process.stderr.write(`${replica}: ${owned} compared\n`);
  };
};

/** Runs a command on the databases of keepers and owners, prints what it found, and answers the exit code. */
export const runReplicaCommand = (command: ReplicaCommand, words: readonly string[]): Promise<number> =>
  runDatabaseCommand(async () => {
    const { asJson, replicas } = readWords(command, words);
    const services = [...new Set(replicas.flatMap(({ keeper, owner }) => [keeper, owner]))];
    const opened = await openServiceDatabases(services, process.env, commandLog());
    const databaseOf = (service: ServiceName): Database => {
      const found = opened.databases.get(service);
      if (found === undefined) throw new Error(`the database of ${service} was not opened`);
      return found.database;
    };
    try {
      const outcome = await command.run(
        replicas.map(({ table, keeper, owner, owned }) => ({
          database: databaseOf(keeper),
          pair: { table, owned: owned(databaseOf(owner)) },
          owner,
          onProgress: tellProgress(table.name),
        })),
      );
      return { ...outcome, asJson };
    } finally {
      await opened.close();
    }
  }, WORDS);
