import { oidcPath, SIGN_IN_TTL_MS } from "../domain/oidc.ts";

export interface CookiePlace {
  readonly provider: string;
  /** Whether the shop is reached by TLS. */
  readonly isSecure: boolean;
}

/** The prefix makes browsers refuse the name from anybody but us, by TLS (RFC 6265bis, section 4.1.3.1). */
const nameOf = ({ isSecure }: CookiePlace): string => (isSecure ? "__Secure-kiosk-oidc" : "kiosk-oidc");

/** What the browser sent under our name; null where it sent nothing, or several, of which one is somebody else's. */
export const readOidcCookie = ({ headers }: Request, place: CookiePlace): string | null => {
  const prefix = `${nameOf(place)}=`;
  const found = (headers.get("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix));
  return found.length === 1 ? (found[0]?.slice(prefix.length) ?? null) : null;
};

/**
 * The header that keeps a value for the routes of one provider, or takes it away (null). `Lax`: the browser brings it along when the
 * provider sends it back. How long it counts is sealed within; the browser keeps it no longer than a sign-in may take.
 */
export const oidcCookie = (value: string | null, place: CookiePlace): string => {
  const maxAge = value === null ? 0 : SIGN_IN_TTL_MS / 1000;
  const attributes = [`Path=${oidcPath(place.provider)}`, `Max-Age=${maxAge}`, "HttpOnly", "SameSite=Lax"];
  return [`${nameOf(place)}=${value ?? ""}`, ...attributes, ...(place.isSecure ? ["Secure"] : [])].join("; ");
};
