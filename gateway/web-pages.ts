import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

// The storefront, the console and the sandbox's page: bundled before the start (`bun run pages`), read once, answered from memory.

const FOLDER = fileURLToPath(new URL("../web/dist/", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The addresses of each page: the page itself says what is at them. */
const SHOP_PATH = /^\/(?:(?:c|p|orders)\/[^/]+|cart|checkout|orders|profile|sign-in|waiting)?$/;
const CONSOLE_PATH = /^\/admin(?:\/.*)?$/;
const SANDBOX_PATH = /^\/sandbox\/?$/;
/** Telegram shows a Mini App within its own web pages. */
const TELEGRAM = "https://web.telegram.org https://*.telegram.org";

type PageName = "shop" | "console" | "sandbox";

/**
 * Who may show a page in a frame. The sandbox's page shows the others beside the chat, so they may stand in pages of this very origin while
 * there is a sandbox; itself it stands in none.
 */
const framersOf = (name: PageName, hasSandbox: boolean): string => {
  const framers = [
    ...(name === "shop" ? [TELEGRAM] : []),
    ...(hasSandbox && name !== "sandbox" ? ["'self'"] : []),
  ];
  return framers.length === 0 ? "'none'" : framers.join(" ");
};

/**
 * Scripts and styles are our own files. Mantine writes its colours into a style element, which the nonce allows; pictures of products may
 * be anywhere. Only the sandbox's page shows others within itself.
 */
const policyOf = (nonce: string, name: PageName, hasSandbox: boolean): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: https:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    ...(name === "sandbox" ? ["frame-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${framersOf(name, hasSandbox)}`,
  ].join("; ");

interface Asset {
  readonly type: string;
  /** By content coding; the empty one is the file as it is. */
  readonly bytes: Readonly<Record<"br" | "gzip" | "", Uint8Array<ArrayBuffer>>>;
}

const read = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path));

const readAssets = (): ReadonlyMap<string, Asset> => {
  const folder = join(FOLDER, "assets");
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => !/\.(?:br|gz)$/.test(name));
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      const bytes = { "": read(path), gzip: read(`${path}.gz`), br: read(`${path}.br`) };
      return [`/assets/${name}`, { type: TYPES[extname(name)] ?? "application/octet-stream", bytes }];
    }),
  );
};

/** The best coding that the client takes; a quality of 0 is a no (RFC 9110, section 12.5.3). */
const codingFor = (request: Request): "br" | "gzip" | "" => {
  const accepted = request.headers.get("accept-encoding") ?? "";
  const takes = (coding: string) =>
    new RegExp(`\\b${coding}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepted);
  return takes("br") ? "br" : takes("gzip") ? "gzip" : "";
};

const assetAnswer = (request: Request, { type, bytes }: Asset): Response => {
  const coding = codingFor(request);
  return new Response(bytes[coding], {
    headers: {
      "content-type": type,
      // The name changes with what is in it.
      "cache-control": "public, max-age=31536000, immutable",
      vary: "accept-encoding",
      ...(coding === "" ? {} : { "content-encoding": coding }),
    },
  });
};

const NOT_BUILT = "The pages are not bundled: run `bun run pages`, then start Kiosk again.\n";

const pageAnswer = (name: PageName, html: string | undefined, hasSandbox: boolean): Response => {
  if (html === undefined)
    return new Response(NOT_BUILT, { status: 503, headers: { "content-type": "text/plain; charset=utf-8" } });
  const nonce = crypto.randomUUID();
  return new Response(html.replaceAll("%NONCE%", nonce), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policyOf(nonce, name, hasSandbox),
      // It names the bundles: another version, other names.
      "cache-control": "no-cache",
    },
  });
};

/** Answers the pages and their files; null for every other address. The sandbox's page is there where there is a sandbox. */
export const createWebPages = (
  hasSandbox: boolean,
): ((request: Request, pathname: string) => Response | null) => {
  const assets = readAssets();
  const htmlOf = (name: string): string | undefined => {
    const path = join(FOLDER, `${name}.html`);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const pages = { shop: htmlOf("shop"), console: htmlOf("console"), sandbox: htmlOf("sandbox") };
  return (request, pathname) => {
    const asset = assets.get(pathname);
    if (asset !== undefined) return assetAnswer(request, asset);
    if (CONSOLE_PATH.test(pathname)) return pageAnswer("console", pages.console, hasSandbox);
    if (SHOP_PATH.test(pathname)) return pageAnswer("shop", pages.shop, hasSandbox);
    // Without bundles the sandbox's own chat page is there instead.
    const isSandbox = hasSandbox && pages.sandbox !== undefined && SANDBOX_PATH.test(pathname);
    return isSandbox ? pageAnswer("sandbox", pages.sandbox, hasSandbox) : null;
  };
};
