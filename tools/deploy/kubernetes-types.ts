import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "./manifests.ts";
import { inRepository } from "./yaml-files.ts";

const CORE = "v1";

/** The module of kubernetes-models that knows manifests of an `apiVersion`. */
const moduleOf = (apiVersion: string): string => {
  const [group = "", version] = apiVersion.split("/");
  if (version === undefined) return CORE;
  return `${group}/${version}`;
};

interface Model {
  new (data: unknown): { validate(): void };
}

/** What the API server's own schema says against a manifest: types, formats, what is missing. It does not mind a field that there is not. */
export const schemaProblems = async (manifest: Manifest): Promise<readonly string[]> => {
  const { apiVersion, kind, metadata } = manifest;
  const models = (await import(`kubernetes-models/${moduleOf(apiVersion)}`)) as Record<string, Model>;
  const Found = models[kind];
  if (Found === undefined) return [`${kind} ${metadata.name}: there is no such kind in ${apiVersion}`];
  try {
    new Found(manifest).validate();
    return [];
  } catch (error) {
    return [`${kind} ${metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
};

/**
 * Fields that there are not, found by the compiler: each manifest is written down as a constant of its type. Answers the compiler's
 * words, nothing where there is nothing to say.
 */
export const unknownFields = async (manifests: readonly Manifest[]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-manifests-"));
  const lines = manifests.map((manifest, i) => {
    const models = inRepository(`node_modules/kubernetes-models/${moduleOf(manifest.apiVersion)}/index.js`);
    return `export const m${i}: import(${JSON.stringify(models)}).I${manifest.kind} = ${JSON.stringify(manifest)};`;
  });
  try {
    const file = join(folder, "manifests.ts");
    writeFileSync(file, lines.join("\n"));
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution"];
    const compiler = Bun.spawn(
      [inRepository("node_modules/.bin/tsc"), ...options, "bundler", "--target", "esnext", file],
      { stdout: "pipe", stderr: "pipe", cwd: folder, env: { PATH: process.env.PATH ?? "" } },
    );
    return (await new Response(compiler.stdout).text()).replaceAll(folder, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
