import type { Manifest } from "./manifest.ts";
import type { Reconciled } from "./reconcile.ts";

const BYTES_PER_MB = 1_000_000;

const sums = ({ databases }: Manifest) => {
  const tables = databases.flatMap((database) => database.tables);
  return {
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    megabytes: (tables.reduce((sum, { bytes }) => sum + bytes, 0) / BYTES_PER_MB).toFixed(1),
  };
};

/** What is printed when a backup is there. */
export const backupText = (folder: string, manifest: Manifest): string => {
  const { rows, megabytes } = sums(manifest);
  const seen = manifest.databases.map(({ service, seenAt }) => `  ${seenAt}  ${service}`).join("\n");
  return `${rows} rows (${megabytes} MB) are in ${folder}, as of:
${seen}
It holds personal data and none of the secrets. OTP_PEPPER and JWT_KEYS_SECRET (or DATA_DIR/secrets.json) are needed to use it.`;
};

/** What is printed when a backup has been restored, and what to do next. */
export const restoreText = (manifest: Manifest, done: Reconciled, where: string): string => {
  const { rows } = sums(manifest);
  return `${rows} rows of ${manifest.beganAt} are in ${where}.
  ${done.events} events are published again: some consumer had not handled them.
  ${done.holds} holds end, whose orders are not in the backup.
  ${done.sessions} sessions were ended: their owners sign in again.
  ${done.broadcasts} broadcasts that ran are paused: whoever got one since would get it again.
Start Kiosk with the secrets of that time, then run: bun run stock:verify, bun run replicas:verify.`;
};
