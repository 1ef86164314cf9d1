import { createHmac } from "node:crypto";
import { sameSecret } from "../same-secret.ts";
import type { Mail } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** Where a mail's HTML is shown, below the sandbox. */
const PREFIX = "/page/mail/";

/**
 * A mail is a stranger's page. It is its own document that runs no script, loads nothing from anywhere, sends no form, and
 * may stand in our own page only; the sandbox holds when somebody opens it by itself too. Its links open in a new window.
 */
const HEADERS = {
  "cache-control": "no-store",
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** An iframe sends no header, so that the address itself says that who asks may see the mail. */
function keyOf(controlToken: string, id: number): string {
  return createHmac("sha256", controlToken).update(`mail ${id}`).digest("base64url");
}

/** The address of a mail's HTML; null for a mail without. */
export function mailPagePath(controlToken: string, { id, html }: Mail): string | null {
  return html === null ? null : `/sandbox${PREFIX}${id}.${keyOf(controlToken, id)}.html`;
}

/** The HTML of a mail under its own address; undefined for any other path. `path` is what follows `/sandbox`. */
export function mailPage(
  world: World,
  controlToken: string,
  { method }: Request,
  path: string,
): Response | undefined {
  if (!path.startsWith(PREFIX) || (method !== "GET" && method !== "HEAD")) return undefined;
  const [id = "", key = ""] = path.slice(PREFIX.length).split(".");
  const html = world.mails.get(Number(id))?.html;
  if (html == null || !sameSecret(key, keyOf(controlToken, Number(id)))) return undefined;
  return new Response(withNewWindows(html), { headers: HEADERS });
}

const HEAD = '<meta charset="utf-8" /><base target="_blank" />';

/** Where the document has a head, what we add goes there: before the doctype it would change how all is drawn. */
function withNewWindows(html: string): string {
  const place = /<head[^>]*>|<html[^>]*>|<!doctype[^>]*>/gi;
  const found =
    [...html.matchAll(place)].find(([tag]) => /^<head/i.test(tag)) ?? [...html.matchAll(place)].at(-1);
  if (found === undefined) return `<!doctype html>${HEAD}${html}`;
  const at = found.index + found[0].length;
  return `${html.slice(0, at)}${HEAD}${html.slice(at)}`;
}

/** A mail as the control API shows it. */
export function mailView(controlToken: string, mail: Mail) {
  return { ...mail, htmlPath: mailPagePath(controlToken, mail) };
}
