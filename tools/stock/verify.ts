// `bun run stock:verify [--json]`: recomputes every SKU's counters from its ledger and from what is held for orders, and says
// where they differ. Exit code 0 when all agree, 1 when they differ, 2 when it could not look.

import { verifyLedger } from "../../inventory/service.ts";
import { AGREES, DIFFERS, runStockCommand } from "./command.ts";
import { verifyText } from "./report.ts";

process.exitCode = await runStockCommand(
  {
    usage: "Usage: bun run stock:verify [--json]",
    switches: [],
    async run({ database, where }) {
      const report = await verifyLedger(database);
      const exitCode = report.differences.length === 0 ? AGREES : DIFFERS;
      return { text: verifyText(report, where), json: report, exitCode };
    },
  },
  Bun.argv.slice(2),
);
