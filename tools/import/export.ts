// `bun run export FILE.csv [--status active] [--force] [--url URL]`: writes all products into a file that `bun run import` reads.

import { rename, rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { openStaffSession } from "./staff-session.ts";

const USAGE =
  "Usage: bun run export FILE.csv [--status draft|active|archived] [--force] [--url http://127.0.0.1:3000]";

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Writes what comes beside the file, and puts it in its place once it is whole. Answers the bytes. */
const save = async (response: Response, path: string): Promise<number> => {
  const partial = `${path}.part`;
  try {
    const writer = Bun.file(partial).writer();
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      writer.write(chunk);
      await writer.flush();
    }
    await writer.end();
    await rename(partial, path);
    return bytes;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({
    args: Bun.argv.slice(2),
    options: {
      status: { type: "string" },
      force: { type: "boolean", default: false },
      url: { type: "string" },
    },
    allowPositionals: true,
  });
  const [path, more] = positionals;
  if (path === undefined || more !== undefined) throw new Error(USAGE);
  if (!values.force && (await Bun.file(path).exists()))
    throw new Error(`There is a file ${path} already: choose another, or say --force.`);
  const session = await openStaffSession(values.url);
  try {
    const query = values.status === undefined ? "" : `?status=${encodeURIComponent(values.status)}`;
    const response = await fetch(`${session.url}/v1/products/export${query}`, {
      headers: { authorization: `Bearer ${await session.token()}` },
    });
    if (response.status !== 200)
      throw new Error(`The export answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    say(`${path}: ${await save(response, path)} bytes`);
  } finally {
    await session.close();
  }
};

try {
  await main();
  process.exit(0);
} catch (error) {
  say(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
