import { fileURLToPath } from "node:url";
import type { OpenApi } from "../../gateway/api-document/open-api.ts";
import { declarationsOf } from "./typescript-of.ts";

const ROOT = new URL("../../", import.meta.url);
const at = (path: string): string => fileURLToPath(new URL(path, ROOT));

/** The API document as it is checked in. */
export const DOCUMENT_FILE = at("docs/openapi.json");
/** The client's types, made of it. */
export const TYPES_FILE = at("client/schema.d.ts");

/** The text as the formatter of this repository has it, which a person would read and compare. */
const formatted = async (text: string, path: string): Promise<string> => {
  const biome = Bun.spawn(
    [process.execPath, "x", "--no-install", "biome", "format", `--stdin-file-path=${path}`],
    {
      cwd: fileURLToPath(ROOT),
      stdin: new Blob([text]),
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const out = await new Response(biome.stdout).text();
  if ((await biome.exited) !== 0) throw new Error(`${path} could not be formatted`);
  return out;
};

/** The generated files of an API document, by path. */
export const generatedFiles = async (document: OpenApi): Promise<ReadonlyMap<string, string>> =>
  new Map([
    [DOCUMENT_FILE, await formatted(JSON.stringify(document, null, 2), "docs/openapi.json")],
    [TYPES_FILE, await formatted(declarationsOf(document), "client/schema.d.ts")],
  ]);
