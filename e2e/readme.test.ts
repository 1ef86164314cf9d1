import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(90_000);

const PHONE = "+15550100002";
const own = ownFolder();
const files = mkdtempSync(join(tmpdir(), "kiosk-readme-"));
let url = "";

beforeAll(async () => {
  ({ url } = await own.start());
});
afterAll(async () => {
  await own.close();
  rmSync(files, { recursive: true });
});

/** The commands of the README between two headings, as they stand, but for the address and where the files go. */
const commandsOf = async (heading: string): Promise<string[]> => {
  const readme = await Bun.file(join(import.meta.dir, "..", "README.md")).text();
  const section = readme.split(`## ${heading}`)[1]?.split("\n## ")[0] ?? "";
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) =>
    block.replaceAll("localhost:3000", new URL(url).host).replaceAll("/tmp/", `${files}/`),
  );
};

const sh = async (script: string): Promise<string> => {
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", script], { stdout: "pipe", stderr: "pipe" });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${err}`);
  return out;
};

test("the README's first purchase works as it is written", async () => {
  const [ask = "", signIn = "", buy = ""] = await commandsOf("The same by the API");
  const deepLink = (await sh(ask)).trim();
  expect(deepLink).toStartWith(`${url}/sandbox?start=`);

  const sandbox = createSandboxClient(createApiClient(url), readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  const person = await sandbox.person("Newcomer", PHONE);
  await sandbox.start(person, new URL(deepLink).searchParams.get("start") ?? "");
  await sandbox.waitForMessage(
    person,
    0,
    ({ from, text }) => from === "bot" && /share/i.test(text),
    "a request for the contact",
  );
  await sandbox.shareContact(person);
  const message = await sandbox.waitForMessage(
    person,
    0,
    ({ from, text }) => from === "bot" && /\b\d{6}\b/.test(text),
    "a code",
  );
  const code = /\b\d{6}\b/.exec(message.text)?.[0] ?? "";

  const bought = await sh(`${signIn.replace("CODE=123456", `CODE=${code}`)}\n${buy}`);
  expect(bought).toContain('"status":"confirmed"');
  await sandbox.waitForMessage(
    person,
    message.messageId,
    ({ text }) => /K-\d+/.test(text),
    "the order's card",
  );
});
