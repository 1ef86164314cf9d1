// `bun run replicas:rebuild [replica…] [--json]`: makes replicas equal to their owners, also while the shop is open. Exit code 0
// when they are, 1 when rows went on being wrong, 2 when something could not be read or another rebuild did not end.

import { createReplicaLease } from "../../shared/replicas/fill.ts";
import { type RebuildReport, rebuildReplica } from "../../shared/replicas/rebuild.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { AGREES, DIFFERS, UsageError } from "../database-command.ts";
import { type OpenedReplica, runReplicaCommand } from "./command.ts";
import { rebuildText } from "./report.ts";

/** How long to wait for whoever fills or rebuilds the replica now: several lives of the right to do it. */
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** Alone: one rebuild, or filling by the service itself, at a time. */
const rebuildAlone = async (replica: OpenedReplica): Promise<RebuildReport> => {
  const { database, pair } = replica;
  const { name } = pair.table;
  const lease = createReplicaLease(database, name);
  const giveUpAt = performance.now() + WAIT_MS;
  for (let isTold = false; !(await lease.take()); isTold = true) {
    if (!isTold) process.stderr.write(`${name}: waiting for another who fills or rebuilds it\n`);
    if (performance.now() > giveUpAt)
      throw new UsageError(`${name} is being filled or rebuilt by another: try again when that has ended.`);
    await pause(LOOK_EVERY_MS);
  }
  try {
    const done: { report?: RebuildReport } = {};
    await lease.keep(async () => {
      done.report = await rebuildReplica(replica);
    });
    if (done.report === undefined) throw new Error("the rebuild gave no report");
    return done.report;
  } finally {
    await lease.release();
  }
};

process.exitCode = await runReplicaCommand(
  {
    name: "rebuild",
    async run(replicas) {
      const reports: (RebuildReport & { owner: string })[] = [];
      for (const replica of replicas)
        reports.push({ ...(await rebuildAlone(replica)), owner: replica.owner });
      const exitCode = reports.every(({ settled }) => settled) ? AGREES : DIFFERS;
      return { text: rebuildText(reports), json: { replicas: reports }, exitCode };
    },
  },
  Bun.argv.slice(2),
);
