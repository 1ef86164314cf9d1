// `bun run contracts`: writes docs/contracts, a JSON Schema (draft 2020-12) for the data of every event. A test compares the two.

import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { eventContracts } from "../shared/contracts/events.ts";

const CONTRACTS_FOLDER = join(import.meta.dir, "..", "docs", "contracts");

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

/** The contracts as they are in the folder. */
export const checkedInContracts = async (): Promise<Map<string, string>> => {
  const names = await readdir(CONTRACTS_FOLDER);
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await Bun.file(join(CONTRACTS_FOLDER, name)).text()] as const),
    ),
  );
};

if (import.meta.main) {
  await rm(CONTRACTS_FOLDER, { recursive: true, force: true });
  await mkdir(CONTRACTS_FOLDER, { recursive: true });
  for (const [name, text] of contractFiles()) await Bun.write(join(CONTRACTS_FOLDER, name), text);
}
