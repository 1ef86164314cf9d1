import { expect } from "bun:test";
import { join } from "node:path";
import type { KioskClient, Schemas } from "../client/index.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { codeIn, createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";

const CLIENT = join(import.meta.dir, "..", "client");
/** The person whose phone the README has. */
const NORA = { firstName: "Nora", phone: "+4915112345678" };

/** What the README's snippet makes. */
interface Snippet {
  readonly kiosk: KioskClient;
  readonly items: Schemas["Product"][];
  signIn(code: string): Promise<void>;
  order(sku: string): Promise<Schemas["Order"]>;
}

/** The snippet as it stands, but for where the client and the shop are, as a module in this folder. */
const snippetIn = async (folder: string, url: string): Promise<Snippet> => {
  const readme = await Bun.file(join(CLIENT, "README.md")).text();
  const [, code = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const moved = code
    .replace("./client/index.ts", join(CLIENT, "index.ts"))
    .replace("http://127.0.0.1:3000", url);
  const file = join(folder, "client-readme.ts");
  await Bun.write(file, `${moved}\nexport { items, kiosk, order, signIn };\n`);
  return import(file);
};

/** Does what a reader of the client's README does: looks around, signs in by a code, orders, and sees the order move. */
export const expectClientReadme = async (
  { url, dataDir }: { readonly url: string; readonly dataDir: string },
  sandboxToken: string,
): Promise<void> => {
  const sandbox = createSandboxClient(createApiClient(url), sandboxToken);
  const { personId } = await signIn(createApiClient(url), sandbox, NORA);
  const after = await sandbox.lastMessageId(personId);
  const snippet = await snippetIn(dataDir, url);
  const message = await sandbox.waitForMessage(personId, after, (sent) => codeIn(sent) !== null, "a code");
  await snippet.signIn(codeIn(message) ?? "");
  expect(snippet.kiosk.session()?.user.phone).toBe(NORA.phone);

  const inStock = snippet.items.find(({ stock }) => stock.inStock);
  const ended = new AbortController();
  const moved = Promise.withResolvers<unknown>();
  const watching = snippet.kiosk.follow(
    "/v1/orders/stream",
    {},
    {
      signal: ended.signal,
      onState: (connected) => {
        if (connected) void snippet.order(inStock?.sku ?? "").catch(moved.reject);
      },
      onMessage: ({ data }) => moved.resolve(data),
    },
  );
  expect(await moved.promise.finally(() => ended.abort())).toMatchObject({ number: expect.any(String) });
  await watching;
};
