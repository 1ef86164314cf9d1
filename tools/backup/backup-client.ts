import pg from "pg";

const CONNECTION_TIMEOUT_MS = 5_000;
/** Longest that one page of rows, or one statement of a restore, may take. */
const STATEMENT_TIMEOUT_MS = 600_000;

/** Texts of values that mean the same on every server: times in UTC, floats in full, bytes in hexadecimal. */
const PLAIN_TEXTS =
  "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; SET client_min_messages = warning";

/** One connection of its own, patient where a service would not be. */
export const connectForBackup = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: "kiosk-backup",
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A connection that breaks fails the statement under way; unheard, it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  await client.query(PLAIN_TEXTS);
  return client;
};
