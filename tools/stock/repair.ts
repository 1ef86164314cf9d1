// `bun run stock:repair [--dry-run] [--json]`: makes every SKU's counters what its ledger and the held lines say, and writes each
// repair into the ledger; also while the shop is open. Exit code 0 when all agree afterwards, 1 when something differs that was
// left alone (or, with --dry-run, that would be mended), 2 when it could not look.

import { repairLedger } from "../../inventory/service.ts";
import { AGREES, DIFFERS, runStockCommand } from "./command.ts";
import { repairText } from "./report.ts";

process.exitCode = await runStockCommand(
  {
    usage: "Usage: bun run stock:repair [--dry-run] [--json]",
    switches: ["dry-run"],
    async run({ database, where }, switches) {
      const report = await repairLedger(database, { dryRun: switches.has("dry-run") });
      const differs = report.repaired.some(({ counters }) => report.dryRun || counters === null);
      return { text: repairText(report, where), json: report, exitCode: differs ? DIFFERS : AGREES };
    },
  },
  Bun.argv.slice(2),
);
