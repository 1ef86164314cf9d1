/** Safe to repeat when the connection failed: they change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD"]);
const KEY_HEADER = "idempotency-key";

/** Routes that store the key of a request with its effect: a second one with the same key has none, and gets the first one's answer. */
const KEYED_POSTS: readonly RegExp[] = [/^\/v1\/orders$/, /^\/v1\/stock\/[^/]+\/adjustments$/];

/** Whether a request may be sent again when nobody knows what became of it. */
export const isRepeatable = ({ method, headers }: Request, pathname: string): boolean =>
  SAFE_METHODS.has(method) ||
  (method === "POST" && headers.has(KEY_HEADER) && KEYED_POSTS.some((route) => route.test(pathname)));
