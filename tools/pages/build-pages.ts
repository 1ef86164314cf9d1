import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WEB = join(ROOT, "web");
/** Where the built pages are: `<page>.html`, `assets/` with hashed names and their compressed twins, `built.json`. */
export const PAGES_FOLDER = join(WEB, "dist");
const STAMP = "built.json";

/** Each page by the folder that it is in, with its title until it has its own. */
const PAGES = { shop: "Kiosk", console: "Kiosk console", sandbox: "Kiosk sandbox" } as const;

/** Of what the pages are made. Each by a pattern of its own: with a slash within its braces Bun's finds nothing. */
const SOURCES = ["web", "client", "tools/pages"];

/** What the pages are made of, as one number: other sources, another one. */
const fingerprint = async (): Promise<string> => {
  const hash = new Bun.CryptoHasher("sha256");
  const found = await Promise.all(
    SOURCES.map((folder) => Array.fromAsync(new Bun.Glob(`${folder}/**/*.{ts,tsx,css,html}`).scan(ROOT))),
  );
  const files = found.flat().filter((file) => !file.startsWith("web/dist") && !/\.test\.tsx?$/.test(file));
  for (const file of [...files.sort(), "bun.lock"])
    hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
};

const isBuilt = (wanted: string): boolean => {
  const stamp = join(PAGES_FOLDER, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
};

/** The file as the bundler has it, and compressed as far as it goes: once here, and not with each answer. */
const writeCompressed = (path: string, bytes: Uint8Array): void => {
  writeFileSync(path, bytes);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
};

const headOf = (files: readonly string[]): string =>
  files
    .map((file) =>
      file.endsWith(".css")
        ? `    <link rel="stylesheet" href="/assets/${file}" />`
        : `    <script type="module" src="/assets/${file}"></script>`,
    )
    .join("\n");

const buildPage = async (name: keyof typeof PAGES, folder: string): Promise<void> => {
  const built = await Bun.build({
    entrypoints: [join(WEB, name, "index.tsx")],
    target: "browser",
    minify: true,
    splitting: true,
    naming: { entry: `${name}-[hash].[ext]`, chunk: `${name}-[hash].[ext]`, asset: `${name}-[hash].[ext]` },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  for (const output of built.outputs)
    writeCompressed(
      join(folder, "assets", basename(output.path)),
      new Uint8Array(await output.arrayBuffer()),
    );
  const first = built.outputs.filter(
    ({ kind, path }) => kind === "entry-point" || (kind === "asset" && path.endsWith(".css")),
  );
  const template = readFileSync(join(WEB, "page.html"), "utf8");
  const html = template
    .replace("%TITLE%", PAGES[name])
    .replace("%HEAD%", headOf(first.map(({ path }) => basename(path))));
  writeFileSync(join(folder, `${name}.html`), html);
};

/** Puts a built folder in the place of the pages. Where another build was quicker, its pages are as good. */
const putInPlace = (folder: string): void => {
  const before = `${folder}-before`;
  if (existsSync(PAGES_FOLDER)) renameSync(PAGES_FOLDER, before);
  renameSync(folder, PAGES_FOLDER);
  rmSync(before, { recursive: true, force: true });
};

/**
 * Builds the pages, unless they are built of just these sources. Beside the old ones, and then in their place: builds at the same time
 * do not mix, and one that breaks off leaves what was there. Fails with what the bundler says.
 */
export const buildPages = async (): Promise<"built" | "as they were"> => {
  const wanted = await fingerprint();
  if (isBuilt(wanted)) return "as they were";
  const folder = `${PAGES_FOLDER}-${process.pid}`;
  try {
    mkdirSync(join(folder, "assets"), { recursive: true });
    for (const name of Object.keys(PAGES) as (keyof typeof PAGES)[]) await buildPage(name, folder);
    writeFileSync(join(folder, STAMP), wanted);
    if (!isBuilt(wanted)) putInPlace(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return "built";
};
