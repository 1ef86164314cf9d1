import type { User } from "../bot-api/types.ts";
import { isLoopbackAddress, isLoopbackHost } from "../loopback.ts";

const PAGE = { file: "index.html", type: "text/html; charset=utf-8" };

/** The page's own files, by the path they are served under. */
const FILES: ReadonlyMap<string, { file: string; type: string }> = new Map<
  string,
  { file: string; type: string }
>([
  ...["", "/", "/chat"].map((path) => [path, PAGE] as const),
  ...["base.css", "chat.css", "message.css", "groups.css", "mail.css", "held.css"].map(
    (file) => [`/page/${file}`, { file, type: "text/css; charset=utf-8" }] as const,
  ),
  ...[
    "chat.js",
    "control-api.js",
    "conversation.js",
    "dom.js",
    "focus.js",
    "groups-view.js",
    "guarded.js",
    "keyboard-view.js",
    "mail-view.js",
    "message-view.js",
    "offer-view.js",
    "people-view.js",
    "texts.js",
    "view.js",
  ].map((file) => [`/page/${file}`, { file, type: "text/javascript; charset=utf-8" }] as const),
]);

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

export interface PageServerOptions {
  bot: User;
  controlToken: string;
  publicUrl: string;
  clientAddress?: (request: Request) => string | undefined;
}

/**
 * Serves the chat page. `/page/bootstrap.json` hands the control token to the page, and only to a browser on this
 * machine: loopback host name, same origin, and a loopback address where the server knows it. Anybody else is asked
 * for the token by the page.
 */
export function createPageServer(
  options: PageServerOptions,
): (request: Request, path: string) => Promise<Response | undefined> {
  return async (request, path) => {
    const isBootstrap = path === "/page/bootstrap.json";
    const asset = FILES.get(path);
    if (asset === undefined && !isBootstrap) return undefined;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return new Response(null, { status: 405, headers: { ...HEADERS, allow: "GET, HEAD" } });
    }
    if (asset === undefined) return bootstrap(request, options);
    const content = await Bun.file(new URL(asset.file, import.meta.url)).arrayBuffer();
    return new Response(content, { headers: { ...HEADERS, "content-type": asset.type } });
  };
}

function bootstrap(request: Request, options: PageServerOptions): Response {
  const { bot, controlToken } = options;
  const token = mayHaveToken(request, options) ? controlToken : null;
  return Response.json(
    { token, bot: { name: bot.first_name, username: bot.username } },
    { headers: HEADERS },
  );
}

interface Place {
  publicUrl: string;
  clientAddress?: ((request: Request) => string | undefined) | undefined;
}

/** Whether the browser is on this machine, as far as host names and the server know. */
export function isOnThisMachine(request: Request, { publicUrl, clientAddress }: Place): boolean {
  const hosts = [new URL(request.url).hostname, new URL(publicUrl).hostname];
  const address = clientAddress?.(request);
  return hosts.every(isLoopbackHost) && (address === undefined || isLoopbackAddress(address));
}

/** Whether besides it is our own page that asks, and not another site within that browser. */
export function mayHaveToken(request: Request, place: Place): boolean {
  const site = request.headers.get("sec-fetch-site");
  const isOwnPage = site === null || site === "same-origin" || site === "none";
  return isOwnPage && isOnThisMachine(request, place);
}
