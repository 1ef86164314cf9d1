import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One shell that runs the blocks of a page one after the other, as a reader types them: variables and functions stay. */
export interface Shell {
  /** What the block printed. Fails with what it said where any of its commands fails. */
  run(block: string): Promise<string>;
  close(): Promise<void>;
}

export interface ShellOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const decoded = async (stream: ReadableStream<Uint8Array>, onText: (text: string) => void): Promise<void> => {
  const decoder = new TextDecoder();
  for await (const chunk of stream) onText(decoder.decode(chunk, { stream: true }));
};

/** Begins a `bash` that ends with the first command that fails, and in which a variable that nobody has set is an error. */
export const openShell = ({ cwd, env }: ShellOptions): Shell => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-docs-shell-"));
  const child = Bun.spawn(["bash", "-euo", "pipefail"], {
    ...{ cwd, env: { ...env }, stdin: "pipe", stdout: "pipe", stderr: "pipe" },
  });
  let out = "";
  let err = "";
  let wanted: { readonly end: string; readonly done: (text: string) => void } | null = null;
  const reading = decoded(child.stdout, (text) => {
    out += text;
    if (wanted === null || !out.includes(wanted.end)) return;
    const [said = "", rest = ""] = out.split(wanted.end);
    out = rest;
    wanted.done(said);
  });
  const complaining = decoded(child.stderr, (text) => {
    err += text;
  });
  const ended = Promise.all([reading, complaining, child.exited]);
  let blocks = 0;
  return {
    async run(block) {
      blocks += 1;
      const file = join(folder, `${blocks}.sh`);
      writeFileSync(file, block);
      const end = `=== ${crypto.randomUUID()} ===`;
      const said = Promise.withResolvers<string>();
      wanted = { end, done: said.resolve };
      child.stdin.write(`source '${file}' </dev/null; echo '${end}'\n`);
      await child.stdin.flush();
      const failed = ended.then(() => {
        throw new Error(`${block.trim()}\n… failed: ${`${out}\n${err}`.trim().slice(-2_000)}`);
      });
      return Promise.race([said.promise, failed]);
    },
    async close() {
      await child.stdin.end();
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
