/** What a path is made of by its routes: words, a version, and files such as `jwks.json`; none of them is made by a machine. */
const WORD = /^(?:v\d|\.?[a-z]{1,24}(?:[-.][a-z]{1,24}){0,3})$/;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const HIDDEN = ":hidden";

/**
 * A path as it may stand in a log: its words and the ids of things, and no query. Whatever else somebody puts into an address (a token, a
 * code, the secret of a webhook) is no more to be written down than in a body.
 */
export const loggedPath = (pathname: string): string =>
  (pathname.split(/[?#]/, 1)[0] ?? "")
    .split("/")
    .map((segment) => (segment === "" || WORD.test(segment) || ID.test(segment) ? segment : HIDDEN))
    .join("/");
