import { fileURLToPath } from "node:url";
import { readKeptSecrets } from "../boot/secrets.ts";
import { canary } from "../shared/testing/canary/canary.ts";
import { heardLines } from "../shared/testing/canary/heard-lines.ts";

const ENTRY = fileURLToPath(new URL("../kiosk.ts", import.meta.url));
/** Longest wait for a Kiosk to be ready, its first PostgreSQL included. */
const READY_TIMEOUT_MS = 60_000;
/** As `bun start` sets it: Bun has 256 requests of its own under way at most otherwise, and every stream takes one. */
const BUN_CONFIG_MAX_HTTP_REQUESTS = "8192";
const READY_LINE = /Kiosk is ready(?: at (\S+))?/;

export interface KioskProcess {
  /** The gateway's address, or that of the first part, as printed. */
  readonly url: string;
  readonly pid: number;
  /** Everything printed so far. */
  output(): string;
  /** SIGTERM, then waits for the end; answers the exit code. */
  stop(): Promise<number>;
  /** SIGKILL, then waits for the end: a crash. */
  kill(): Promise<void>;
  readonly exited: Promise<number>;
}

export interface KioskProcessOptions {
  readonly env: Readonly<Record<string, string>>;
  /** As on the command line; all parts where none is named. */
  readonly parts?: readonly string[];
  /** Longest wait for it to be ready; a minute unless given. */
  readonly readyTimeoutMs?: number;
}

const collect = async (stream: ReadableStream<Uint8Array>, onText: (text: string) => void) => {
  const decoder = new TextDecoder();
  for await (const chunk of stream) onText(decoder.decode(chunk, { stream: true }));
};

/** Starts a Kiosk as a user would and waits until it says that it is ready. Fails with its output when it ends before that. */
export const startKiosk = async ({
  env,
  parts = [],
  readyTimeoutMs = READY_TIMEOUT_MS,
}: KioskProcessOptions): Promise<KioskProcess> => {
  let output = "";
  const { DATABASE_POOL_MAX } = process.env;
  const ready = Promise.withResolvers<string>();
  const child = Bun.spawn([process.execPath, ENTRY, ...parts], {
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      TMPDIR: process.env.TMPDIR ?? "",
      ...(DATABASE_POOL_MAX === undefined ? {} : { DATABASE_POOL_MAX }),
      BUN_CONFIG_MAX_HTTP_REQUESTS,
      ...env,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const heard = heardLines("output", env.DATA_DIR);
  const onText = (text: string) => {
    output += text;
    heard.add(text);
    const match = READY_LINE.exec(output);
    if (match) ready.resolve(match[1] ?? "");
  };
  canary?.learnFrom(env);
  void collect(child.stdout, onText);
  void collect(child.stderr, onText);
  void child.exited.then(heard.end);
  void child.exited.then((code) => ready.reject(new Error(`Kiosk ended with exit code ${code}:\n${output}`)));
  const timer = setTimeout(() => {
    child.kill("SIGKILL");
    ready.reject(new Error(`Kiosk was not ready within ${readyTimeoutMs} ms:\n${output}`));
  }, readyTimeoutMs);

  const url = await ready.promise.finally(() => clearTimeout(timer));
  if (env.DATA_DIR !== undefined) {
    canary?.alias(url, env.DATA_DIR);
    canary?.learnFrom(readKeptSecrets(env.DATA_DIR));
  }
  return {
    url,
    pid: child.pid,
    output: () => output,
    exited: child.exited,
    async stop() {
      child.kill("SIGTERM");
      return child.exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
};
