import { withClient } from "../../shared/drivers/ensure-database.ts";
import type { TestDatabase } from "../../shared/testing/test-database.ts";

/** For thousands of small commits of which none has to outlive the server. Connections that are there already go on as before. */
export const withoutFlush = ({ url }: Pick<TestDatabase, "url">): Promise<unknown> =>
  withClient(url, (client) =>
    client.query(
      "do $$ begin execute format('alter database %I set synchronous_commit = off', current_database()); end $$",
    ),
  );
