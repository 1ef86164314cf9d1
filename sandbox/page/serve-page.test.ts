import { afterEach, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { createSandbox, type Sandbox, type SandboxOptions } from "../sandbox.ts";

const sandboxes: Sandbox[] = [];
afterEach(async () => {
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
});

function open(options: Partial<SandboxOptions> = {}): Sandbox {
  const sandbox = createSandbox({
    controlToken: "page-token",
    publicUrl: "http://127.0.0.1:3000",
    ...options,
  });
  sandboxes.push(sandbox);
  return sandbox;
}

async function tokenFor(
  sandbox: Sandbox,
  url: string,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const answer = await sandbox.fetch(new Request(url, { headers }));
  return ((await answer.json()) as { token: unknown }).token;
}

const BOOTSTRAP = "http://127.0.0.1:3000/sandbox/page/bootstrap.json";

test.each(["/sandbox", "/sandbox/", "/sandbox/chat", "/sandbox?start=l_abc", "/sandbox/chat?person=1"])(
  "emulator-20: the page is served at %s under a strict policy",
  async (path) => {
    const answer = await open().fetch(new Request(`http://127.0.0.1:3000${path}`));
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toStartWith("text/html");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("content-security-policy")).toEndWith("frame-ancestors 'self'");
    const html = await answer.text();
    expect(html).toContain("Nothing here leaves your machine.");
    expect(html).not.toContain("page-token");
    expect(html).not.toMatch(/<script>|\son\w+=|\sstyle=/);
  },
);

test("every file the page asks for is served, and each of them is used", async () => {
  const sandbox = open();
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const answer = await sandbox.fetch(new Request(`http://127.0.0.1:3000${path}`));
    expect([path, answer.status]).toEqual([path, 200]);
    const text = await answer.text();
    const links = [...text.matchAll(/"(?:\.\/|\/sandbox\/page\/)([a-z-]+\.(?:js|css))"/g)].map(
      ([, file]) => file,
    );
    for (const file of links) await visit(`/sandbox/page/${file}`);
  };
  await visit("/sandbox");
  const files = (await readdir(import.meta.dir)).filter((name) => /\.(js|css)$/.test(name));
  expect([...seen].filter((path) => path !== "/sandbox").sort()).toEqual(
    files.map((file) => `/sandbox/page/${file}`).sort(),
  );
});

test("no script writes markup from text", async () => {
  const files = (await readdir(import.meta.dir)).filter((name) => name.endsWith(".js"));
  for (const file of files) {
    const source = await Bun.file(`${import.meta.dir}/${file}`).text();
    expect(source).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
    );
  }
});

test("emulator-21: the token goes to a browser on this machine only", async () => {
  const sandbox = open();
  expect(await tokenFor(sandbox, BOOTSTRAP)).toBe("page-token");
  expect(await tokenFor(sandbox, BOOTSTRAP, { "sec-fetch-site": "same-origin" })).toBe("page-token");
  expect(await tokenFor(sandbox, BOOTSTRAP, { "sec-fetch-site": "cross-site" })).toBeNull();
  expect(await tokenFor(sandbox, BOOTSTRAP.replace("127.0.0.1", "rebound.example"))).toBeNull();
  expect(await tokenFor(open({ publicUrl: "https://shop.example" }), BOOTSTRAP)).toBeNull();
  expect(await tokenFor(open({ clientAddress: () => "10.0.0.9" }), BOOTSTRAP)).toBeNull();
  expect(await tokenFor(open({ clientAddress: () => "::1" }), BOOTSTRAP)).toBe("page-token");
});

test("a deep link opens the page with its payload", () => {
  expect(open({ publicUrl: "http://127.0.0.1:3000/" }).deepLink("l_abc")).toBe(
    "http://127.0.0.1:3000/sandbox?start=l_abc",
  );
});

test("another file is not found, and only reading is allowed", async () => {
  const sandbox = open();
  expect((await sandbox.fetch(new Request("http://127.0.0.1:3000/sandbox/page/serve-page.ts"))).status).toBe(
    404,
  );
  expect((await sandbox.fetch(new Request("http://127.0.0.1:3000/sandbox", { method: "POST" }))).status).toBe(
    405,
  );
});

test("the page says everything in Arabic too", async () => {
  const html = await Bun.file(`${import.meta.dir}/index.html`).text();
  const shown = html.replace(/<noscript>.*<\/noscript>/, "");
  const source = await Bun.file(`${import.meta.dir}/texts.js`).text();
  const said: string[] = [];
  await new HTMLRewriter()
    .on("body *, title", {
      element(element) {
        for (const name of ["aria-label", "placeholder"]) said.push(element.getAttribute(name) ?? "");
      },
      text: ({ text }) => void said.push(text),
    })
    .transform(new Response(shown))
    .text();
  const words = said.map((text) => text.trim().replaceAll(/\s+/g, " ")).filter((text) => text !== "");
  expect(words.length).toBeGreaterThan(30);
  const dictionary = source.slice(source.indexOf("arabicOf"));
  const missing = words.filter(
    (text) => !dictionary.includes(`"${text}":`) && !dictionary.includes(`\n  ${text}:`),
  );
  // What is said where there is no JavaScript stays English: it is a script that knows Arabic.
  expect(missing).toEqual([]);
  // Both languages have the same words.
  const keysOf = (name: string) =>
    [
      ...(new RegExp(`const ${name} = \\{([\\s\\S]*?)\\n\\};`).exec(source)?.[1] ?? "").matchAll(
        /^ {2}(\w+):/gm,
      ),
    ].map(([, key]) => key);
  expect(keysOf("en").length).toBeGreaterThan(30);
  expect(keysOf("ar")).toEqual(keysOf("en"));
});
