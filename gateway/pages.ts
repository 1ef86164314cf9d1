import { PAGE_CSP } from "./headers.ts";

const page = (file: string) => (): Response =>
  new Response(Bun.file(new URL(`./pages/${file}`, import.meta.url)), {
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": PAGE_CSP },
  });

const asset = (file: string) => (): Response =>
  new Response(Bun.file(new URL(`./pages/${file}`, import.meta.url)), {
    headers: { "cache-control": "public, max-age=3600" },
  });

/** Pages that the gateway serves itself, by path. */
export const pages: Readonly<Record<string, () => Response>> = {
  "/": page("welcome.html"),
  "/assets/welcome.css": asset("welcome.css"),
};
