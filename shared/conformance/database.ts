import { afterAll, beforeAll } from "bun:test";
import { databaseConnections } from "./database-connections.ts";
import { type DatabaseHarness, openDatabaseHarness } from "./database-harness.ts";
import { databaseListening } from "./database-listening.ts";
import { databaseTransactions } from "./database-transactions.ts";

/** What every driver of the `Database` port must do. Call it inside of `describe`, with a server to work on. */
export function databaseConformance(server: () => string | Promise<string>): void {
  let harness: DatabaseHarness;
  beforeAll(async () => {
    harness = await openDatabaseHarness(await server());
  });
  afterAll(async () => {
    await harness?.close();
  });
  const on = () => harness;
  databaseTransactions(on);
  databaseConnections(on);
  databaseListening(on);
}
