// `bun run contracts`: writes docs/contracts, a JSON Schema (draft 2020-12) for the data of every event. A test compares the two. A
// contract that has been written once changes within its version only so that old and new read each other: else this
// refuses, and a new version is needed. Contracts of older versions stay where they are, and so do the examples.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { eventContracts } from "../shared/contracts/events.ts";
import { contractChanges } from "./contract-changes.ts";

const CONTRACTS_FOLDER = join(import.meta.dir, "..", "docs", "contracts");
const CONTRACT_FILE = /^(?<type>[a-z.-]+)\.v(?<version>[1-9][0-9]*)\.json$/;

/** The text of every contract by its file name: `<type>.v<version>.json`. */
export const contractFiles = (): Map<string, string> =>
  new Map(
    Object.entries(eventContracts).map(([type, { exchange, version, data }]) => {
      const description = `Data of ${type}, version ${version}; published on ${exchange}.`;
      // What a publisher sends: an older consumer lets fields pass that it does not know.
      const { $schema, ...schema } = z.toJSONSchema(data, { io: "input" });
      const text = JSON.stringify({ $schema, title: `${type}/v${version}`, description, ...schema }, null, 2);
      return [`${type}.v${version}.json`, `${text}\n`];
    }),
  );

/** The contracts as they are in the folder, those of older versions included. */
export const checkedInContracts = async (): Promise<Map<string, string>> => {
  const names = (await readdir(CONTRACTS_FOLDER)).filter((name) => name.endsWith(".json"));
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await Bun.file(join(CONTRACTS_FOLDER, name)).text()] as const),
    ),
  );
};

/** True for a version that an event type has left behind: its contract is kept as it was. */
export const isOutdated = (name: string, current: Iterable<string> = contractFiles().keys()): boolean => {
  const { type, version } = CONTRACT_FILE.exec(name)?.groups ?? {};
  return [...current].some((other) => {
    const now = CONTRACT_FILE.exec(other)?.groups;
    return now?.type === type && Number(version) < Number(now?.version);
  });
};

/** What may not happen to the contracts in the folder, as sentences: changes within a version, and types that have gone. */
export const contractProblems = (
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] =>
  [...before].flatMap(([name, text]) => {
    const now = after.get(name);
    if (now !== undefined)
      return contractChanges(JSON.parse(text), JSON.parse(now)).map(
        (change) => `${name}: ${change}; that needs a new version`,
      );
    if (isOutdated(name, after.keys())) return [];
    return [
      `${name}: no event has this contract any more; if nobody reads it, delete the file and its examples`,
    ];
  });

if (import.meta.main) {
  const files = contractFiles();
  const problems = contractProblems(await checkedInContracts(), files);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  for (const [name, text] of files) await Bun.write(join(CONTRACTS_FOLDER, name), text);
}
