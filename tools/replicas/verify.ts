// `bun run replicas:verify [replica…] [--json]`: compares replicas with their owners row by row, also while the shop is open. Exit
// code 0 when they agree, 1 when something differs for good, 2 when it could not look.

import { verifyReplica } from "../../shared/replicas/verify.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { AGREES, DIFFERS } from "../database-command.ts";
import { runReplicaCommand } from "./command.ts";
import { type Findings, findingsOf, verifyText } from "./report.ts";

process.exitCode = await runReplicaCommand(
  {
    name: "verify",
    async run(replicas) {
      const found: Findings[] = [];
      for (const replica of replicas)
        found.push(findingsOf(await verifyReplica({ ...replica, pause }), replica.owner));
      const agree = found.every(({ complete, differences }) => complete && differences.length === 0);
      return { text: verifyText(found), json: { replicas: found }, exitCode: agree ? AGREES : DIFFERS };
    },
  },
  Bun.argv.slice(2),
);
