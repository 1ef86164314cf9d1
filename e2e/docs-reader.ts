import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { CANARY_VARIABLE } from "../shared/testing/canary/canary.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { codeIn, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { openBot, signIn } from "../tools/client/sign-in.ts";
import { inRepository } from "../tools/docs/markdown.ts";
import { openShell } from "../tools/docs/shell.ts";

/** The code that a page has where a reader types theirs. */
const CODE_OF_THE_PAGE = "123456";
/** `Ada opens the link and shares the phone +15550100002`. */
const OPENS_THE_LINK = /^(\w+) opens the link and shares the phone (\+\d+)$/;
/** `Ada sees her order in the chat`. */
const SEES_THE_ORDER = /^\w+ sees \w+ order in the chat$/;
/** `ADMIN is an access token of the merchant`. */
const HAS_A_TOKEN = /^(\w+) is an access token of the merchant$/;

/**
 * Who is admin in a shop that is read about: the merchant whose phone the pages name, the one of `bun run demo`, and one whom a page has
 * signed in already. A phone gets one code a minute, so nobody stands for another.
 */
const [DEMO_PHONE, SIGNED_IN_PHONE] = ["+15550100008", "+15550100009"];
export const READERS_ADMINS = [SANDBOX_ADMIN_PHONE, DEMO_PHONE, SIGNED_IN_PHONE].join(",");

export interface ReaderOptions {
  readonly url: string;
  readonly dataDir: string;
  readonly sandbox: SandboxClient;
}

/** One page, from its beginning to its end. */
export interface Reading {
  /** What the commands print. */
  type(block: string): Promise<string>;
  /** What the page has a reader do in the chat, who has seen what was printed. Fails on what is not known. */
  doByHand(does: string, printed: string): Promise<void>;
  end(): Promise<void>;
}

export interface Reader {
  begin(): Reading;
  close(): Promise<void>;
}

/** The repository as a clone in another place: what is written into it does not stay in ours. `npx` finds what is installed. */
const layOutClone = (dataDir: string) => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-docs-clone-"));
  for (const name of readdirSync(inRepository("")))
    if (!name.startsWith(".") && name !== "backups") symlinkSync(inRepository(name), join(folder, name));
  symlinkSync(dataDir, join(folder, ".data"));
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "bun"));
  writeFileSync(join(bin, "npx"), '#!/bin/sh\n[ "$1" = --yes ] && shift\nexec "$@"\n');
  chmodSync(join(bin, "npx"), 0o755);
  return { folder, bin };
};

/** Reads pages to a running shop: with its address for the usual one, and folders of its own for those of the machine. */
export const openReader = ({ url, dataDir, sandbox }: ReaderOptions): Reader => {
  const files = mkdtempSync(join(tmpdir(), "kiosk-docs-files-"));
  // What the shop is told to call is called here, and not in the world.
  const elsewhere = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(null, { status: 204 }),
  });
  const here = (text: string): string =>
    text
      .replaceAll(/(localhost|127\.0\.0\.1):3000/g, new URL(url).host)
      .replaceAll("https://example.org", elsewhere.url.origin)
      .replaceAll("/tmp/", `${files}/`);
  const clones: string[] = [];
  let admin: ReturnType<typeof signIn> | undefined;
  const environment = (bin: string) => ({
    PATH: `${bin}:${inRepository("node_modules/.bin")}:${process.env.PATH ?? ""}`,
    HOME: process.env.HOME ?? "",
    TMPDIR: files,
    PORT: new URL(url).port,
    KIOSK_URL: url,
    ADMIN_PHONES: DEMO_PHONE,
    [CANARY_VARIABLE]: process.env[CANARY_VARIABLE] ?? "",
  });

  const begin = (): Reading => {
    // One for each page: what one writes into it is not there for the next.
    const { folder, bin } = layOutClone(dataDir);
    clones.push(folder);
    const shell = openShell({ cwd: folder, env: environment(bin) });
    let code = CODE_OF_THE_PAGE;
    let reader = 0;
    const openLink = async (name: string, phone: string, printed: string): Promise<void> => {
      reader = await sandbox.person(name, phone);
      const after = await sandbox.lastMessageId(reader);
      const message = await openBot(sandbox, reader, after, printed.trim());
      code = codeIn(message) ?? "";
    };
    return {
      type: (block) => shell.run(here(block).replaceAll(CODE_OF_THE_PAGE, code)),
      async doByHand(does, printed) {
        const [, name = "", phone = ""] = OPENS_THE_LINK.exec(does) ?? [];
        const [, variable = ""] = HAS_A_TOKEN.exec(does) ?? [];
        if (name !== "") return openLink(name, phone, printed);
        if (SEES_THE_ORDER.test(does)) {
          await sandbox.waitForMessage(reader, 0, ({ text }) => /K-\d+/.test(text), "the order's card");
          return;
        }
        if (variable === "") throw new Error(`nobody knows how to do this by hand: ${does}`);
        admin ??= signIn(createApiClient(url), sandbox, { firstName: "Mia", phone: SIGNED_IN_PHONE });
        await shell.run(`${variable}=${(await admin).accessToken}\n`);
      },
      end: shell.close,
    };
  };
  return {
    begin,
    async close() {
      await elsewhere.stop(true);
      for (const made of [...clones, files]) rmSync(made, { recursive: true, force: true });
    },
  };
};
