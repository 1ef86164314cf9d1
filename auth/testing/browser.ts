import type { Answer, AuthHarness } from "./auth-harness.ts";
import type { TestIssuer } from "./oidc-issuer.ts";

interface Kept {
  readonly value: string;
  readonly path: string;
  readonly endsAtMs: number;
}

/** A browser as far as a sign-in needs it: it keeps cookies by name and path, and sends them where they belong. */
export const openBrowser = ({ auth, call, clock }: Pick<AuthHarness, "auth" | "call" | "clock">) => {
  const jar = new Map<string, Kept>();
  const cookiesFor = (path: string): string =>
    [...jar]
      .filter(([, kept]) => path.startsWith(kept.path) && clock.now().getTime() < kept.endsAtMs)
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  const keep = (header: string): void => {
    const [pair = "", ...attributes] = header.split("; ");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    const attribute = (wanted: string) =>
      attributes.find((text) => text.startsWith(`${wanted}=`))?.slice(wanted.length + 1) ?? "";
    const endsAtMs = clock.now().getTime() + Number(attribute("Max-Age")) * 1000;
    jar.set(name, { value, path: attribute("Path"), endsAtMs });
  };
  const headersFor = (path: string): Record<string, string> => {
    const cookie = cookiesFor(path.split("?")[0] ?? "");
    return {
      "user-agent": "Mozilla/5.0 Firefox/140.0",
      "x-client-ip": "203.0.113.7",
      ...(cookie && { cookie }),
    };
  };
  const get = async (path: string): Promise<Answer> => {
    const answer = await call("GET", path, { headers: headersFor(path) });
    for (const header of answer.headers.getSetCookie()) keep(header);
    return answer;
  };
  const post = async (path: string, body: unknown): Promise<Answer> => {
    const answer = await call("POST", path, { body, headers: headersFor(path) });
    for (const header of answer.headers.getSetCookie()) keep(header);
    return answer;
  };
  return { auth, jar, get, post };
};

export type Browser = ReturnType<typeof openBrowser>;

/** The steps of a sign-in with a provider, as a browser takes them. */
export const oidcStepsOf = (harness: AuthHarness, issuer: TestIssuer, base = "/v1/auth/telegram/oidc") => {
  const start = (browser: Browser, returnTo?: string) =>
    browser.get(`${base}/start${returnTo === undefined ? "" : `?${new URLSearchParams({ returnTo })}`}`);
  const callback = (browser: Browser, answer: Record<string, string>) =>
    browser.get(`${base}/callback?${new URLSearchParams(answer)}`);
  const exchange = (browser: Browser, code: string) => browser.post(`${base}/exchange`, { code });
  /** From the beginning to the page, whatever it is told. */
  const returned = async (browser: Browser, about: Record<string, unknown>): Promise<URLSearchParams> => {
    const started = await start(browser);
    const came = await callback(browser, issuer.consent(started.headers.get("location") ?? "", about));
    return outcomeOf(came);
  };
  /** All of it, for a person of whom the provider says this. */
  const signIn = async (about: Record<string, unknown>, browser = openBrowser(harness)): Promise<Answer> =>
    exchange(browser, (await returned(browser, about)).get("signInCode") ?? "");
  return { base, start, callback, exchange, returned, signIn, open: () => openBrowser(harness) };
};

/** What the page is told in the fragment. */
export const outcomeOf = ({ headers }: Answer): URLSearchParams =>
  new URLSearchParams(new URL(headers.get("location") ?? "http://nowhere/").hash.slice(1));
