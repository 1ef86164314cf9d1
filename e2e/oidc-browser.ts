import { z } from "zod";
import type { ApiClient } from "../tools/client/api-client.ts";

const tokensSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  user: z.object({
    id: z.string(),
    role: z.string(),
    phone: z.string().nullable(),
    telegramUserId: z.int().nullable(),
  }),
});
export type OidcTokens = z.infer<typeof tokensSchema>;

/** What the person says on the sandbox's page. */
export interface Consent {
  readonly firstName: string;
  readonly phone: string;
  readonly sharesPhone: boolean;
  readonly letsBotWrite: boolean;
}

const plainText = (text: string): string => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
const between = (text: string, pattern: RegExp): string => plainText(pattern.exec(text)?.[1] ?? "");

/** A browser with a cookie for the sign-in: it follows no redirect by itself. */
export const createOidcBrowser = (api: ApiClient) => {
  let cookie = "";
  const open = async (address: string, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(address, api.baseUrl);
    const headers = { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const header of response.headers.getSetCookie()) cookie = header.split(";")[0] ?? "";
    const { status, headers: answered } = response;
    api.listener?.learnFrom(url.href);
    api.listener?.answered({ status, headers: answered, text: await response.clone().text() });
    return response;
  };
  return {
    open,
    /** From the shop to the sandbox's page: its form, ready to be sent. */
    async begin(returnTo = "/"): Promise<{ request: string }> {
      const start = await open(`/v1/auth/telegram/oidc/start?${new URLSearchParams({ returnTo })}`);
      const page = await (await open(start.headers.get("location") ?? "")).text();
      return { request: between(page, /name="request" value="([^"]+)"/) };
    },
    /** The person agrees; answers where the sandbox sends the browser. */
    async consent(form: { request: string }, who: Consent): Promise<string> {
      const fields = {
        ...form,
        ...{ person: "new", firstName: who.firstName, phoneNumber: who.phone, decision: "allow" },
        ...(who.sharesPhone ? { phone: "on" } : {}),
        ...(who.letsBotWrite ? { botAccess: "on" } : {}),
      };
      const body = new URLSearchParams(fields);
      const page = await (await open("/sandbox/oidc/authorize", { method: "POST", body })).text();
      return between(page, /content="0;url=([^"]+)"/);
    },
    /** The page trades the code in its address for tokens. */
    async exchange(location: string): Promise<Response> {
      const code = new URLSearchParams(new URL(location, api.baseUrl).hash.slice(1)).get("signInCode");
      return open("/v1/auth/telegram/oidc/exchange", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code }),
      });
    },
  };
};

/** “Log in with Telegram” from the first click to the tokens, as a browser and a person of the sandbox do it. */
export const signInByOidc = async (api: ApiClient, who: Consent): Promise<OidcTokens> => {
  const browser = createOidcBrowser(api);
  const back = await browser.open(await browser.consent(await browser.begin(), who));
  const exchanged = await browser.exchange(back.headers.get("location") ?? "");
  return tokensSchema.parse(await exchanged.json());
};
