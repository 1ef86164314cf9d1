import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { brotliDecompressSync } from "node:zlib";
import { buildPages } from "../tools/pages/build-pages.ts";
import { createWebPages } from "./web-pages.ts";

// Bundling takes seconds where nobody has done it before.
setDefaultTimeout(60_000);

describe("the pages", () => {
  let pages: ReturnType<typeof createWebPages>;
  beforeAll(async () => {
    await buildPages();
    pages = createWebPages(false);
  });

  const ask = (path: string, headers: Record<string, string> = {}, from = pages) =>
    from(new Request(`http://kiosk.example${path}`, { headers }), path);

  /** The page at a path: which it is, by its title; null for none. */
  const titleAt = async (path: string) =>
    /<title>(.*)<\/title>/.exec((await ask(path)?.text()) ?? "")?.[1] ?? null;

  test("are at their addresses, and at no other", async () => {
    for (const path of [
      "/",
      "/c/mugs",
      "/p/blue-mug",
      "/orders",
      "/orders/1",
      "/cart",
      "/checkout",
      "/sign-in",
    ])
      expect([path, await titleAt(path)]).toEqual([path, "Kiosk"]);
    for (const path of ["/admin", "/admin/orders/1"])
      expect([path, await titleAt(path)]).toEqual([path, "Kiosk console"]);
    for (const path of [
      "/v1/products",
      "/adminx",
      "/c/",
      "/p/a/b",
      "/docs",
      "/sandbox",
      "/assets/none.js",
      "/assets/__proto__",
    ])
      expect([path, ask(path)]).toEqual([path, null]);
  });

  test("load only what is ours, with another nonce each time; Telegram may frame the storefront, nobody the console", async () => {
    const answers = [ask("/"), ask("/"), ask("/admin")];
    const policies = answers.map((answer) => answer?.headers.get("content-security-policy") ?? "");
    const nonces = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1] ?? "");
    expect(new Set(nonces).size).toBe(3);
    for (const [index, answer] of answers.entries()) {
      expect(policies[index]).toContain("script-src 'self';");
      expect(policies[index]).not.toContain("unsafe");
      expect(await answer?.text()).toContain(`<meta name="csp-nonce" content="${nonces[index]}" />`);
    }
    expect(policies[0]).toContain("frame-ancestors https://web.telegram.org");
    expect(policies[2]).toContain("frame-ancestors 'none'");
  });

  test("stand in the sandbox's page while there is one, which stands in none itself", async () => {
    const withSandbox = createWebPages(true);
    const policyAt = (path: string) =>
      ask(path, {}, withSandbox)?.headers.get("content-security-policy") ?? "no page";
    expect(policyAt("/")).toEndWith("frame-ancestors https://web.telegram.org https://*.telegram.org 'self'");
    expect(policyAt("/admin")).toEndWith("frame-ancestors 'self'");
    for (const path of ["/sandbox", "/sandbox/"]) {
      expect(policyAt(path)).toEndWith(
        "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(await ask(path, {}, withSandbox)?.text()).toContain("<title>Kiosk sandbox</title>");
    }
    expect(policyAt("/")).not.toContain("frame-src");
    for (const path of ["/sandbox/chat", "/sandbox/api/people", "/sandboxes"])
      expect([path, ask(path, {}, withSandbox)]).toEqual([path, null]);
  });

  test("have files that never change, as small as the client can read them", async () => {
    const script = /src="(\/assets\/[^"]+\.js)"/.exec((await ask("/")?.text()) ?? "")?.[1] ?? "";
    const plain = ask(script);
    const small = ask(script, { "accept-encoding": "gzip, deflate, br" });
    expect(plain?.headers.get("content-encoding")).toBeNull();
    expect(small?.headers.get("content-encoding")).toBe("br");
    expect(small?.headers.get("cache-control")).toContain("immutable");
    expect(small?.headers.get("vary")).toBe("accept-encoding");
    expect(brotliDecompressSync((await small?.bytes()) ?? new Uint8Array())).toEqual(
      Buffer.from((await plain?.bytes()) ?? new Uint8Array()),
    );
    const codings = ["gzip;q=1, br;q=0", "identity", "br;q=0.5"].map((accepted) =>
      ask(script, { "accept-encoding": accepted })?.headers.get("content-encoding"),
    );
    expect(codings).toEqual(["gzip", null, "br"]);
  });
});
