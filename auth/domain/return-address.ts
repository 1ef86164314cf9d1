const RETURN_ADDRESS_MAX = 512;
/** Visible ASCII without backslashes, which browsers read as slashes, and without a fragment, where the outcome goes. */
const PLAIN = /^[!-"$-[\]-~]+$/;
const WEB = new Set(["http:", "https:"]);

export interface ReturnPlaces {
  /** The shop's own origin. */
  readonly own: string;
  /** Other web origins that may sign people in, each by name. */
  readonly allowed: readonly string[];
}

/**
 * Where a sign-in may lead back to, as an absolute address: a path of the shop's own, or a page of an allowed origin. Null for
 * anywhere else, so that nobody is sent to a stranger's page from a link of ours.
 */
export const returnAddress = (text: string, { own, allowed }: ReturnPlaces): string | null => {
  if (text.length > RETURN_ADDRESS_MAX || !PLAIN.test(text)) return null;
  const isPath = text.startsWith("/") && !text.startsWith("//");
  if (!isPath && !URL.canParse(text)) return null;
  const url = isPath ? new URL(text, own) : new URL(text);
  if (!WEB.has(url.protocol) || url.username !== "" || url.password !== "") return null;
  return url.origin === own || allowed.includes(url.origin) ? url.href : null;
};
