// `bun run prod-check [--offline] [--json]`: whether production may run with this environment: by the rules and schemas of the start itself,
// and then by a look at the servers that it names. Changes nothing. Exit code 0 when nothing is refused, 1 otherwise.

import { parseArgs } from "node:util";
import { AGREES, commandLog, DIFFERS, runDatabaseCommand, UsageError } from "../database-command.ts";
import { checkSettings, type Finding } from "./settings.ts";
import { checkSurroundings } from "./surroundings.ts";

const USAGE = `Usage: bun run prod-check [--offline] [--json]
Reads the environment (and .env) as a start with NODE_ENV=production would. --offline: asks no server.`;
const WORDS = { otherDatabase: "This database is another", failed: "The environment could not be checked" };
const MARK = { refused: "✗", warning: "!" } as const;

const readWords = (args: readonly string[]) => {
  const options = { json: { type: "boolean" as const }, offline: { type: "boolean" as const } };
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return { asJson: values.json === true, isOffline: values.offline === true };
  } catch {
    throw new UsageError(USAGE);
  }
};

const textOf = (findings: readonly Finding[]): string => {
  const refusals = findings.filter(({ level }) => level === "refused").length;
  const verdict =
    refusals === 0 ? "Production may run with this environment." : `Refused: ${refusals} to be mended.`;
  return [...findings.map(({ level, text }) => `${MARK[level]} ${text}`), verdict].join("\n");
};

process.exitCode = await runDatabaseCommand(async () => {
  const { asJson, isOffline } = readWords(Bun.argv.slice(2));
  const around = isOffline ? [] : await checkSurroundings(process.env, commandLog());
  const findings = [...checkSettings(process.env), ...around];
  const exitCode = findings.some(({ level }) => level === "refused") ? DIFFERS : AGREES;
  return { text: textOf(findings), json: { findings }, exitCode, asJson };
}, WORDS);
