/** What Telegram can be asked for (core.telegram.org/bots/telegram-login). */
const SCOPES = ["openid", "profile", "phone", "telegram:bot_access"];
/** Telegram bears no long ones. */
const STATE_LIMIT = 64;
const NONCE_LIMIT = 255;
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** A request for a sign-in, checked (OpenID Connect Core 1.0, section 3.1.2.1). */
export interface AuthorizationRequest {
  redirectUri: string;
  scopes: string[];
  state: string;
  nonce: string;
  challenge: string;
}

export interface RequestRules {
  clientId: string;
  /** Every redirect address has to be here; with Telegram they are listed with @BotFather. */
  origin: string;
}

/** The request in a query; a text that says what is wrong with it, in place of one. */
export function readAuthorizationRequest(
  query: URLSearchParams,
  { clientId, origin }: RequestRules,
): AuthorizationRequest | string {
  const text = (name: string) => query.get(name) ?? "";
  const redirectUri = text("redirect_uri");
  const scopes = text("scope").split(" ");
  const [state, nonce, challenge] = [text("state"), text("nonce"), text("code_challenge")];
  const wrong = [
    text("client_id") !== clientId && "client_id is not the bot's id",
    (!URL.canParse(redirectUri) || new URL(redirectUri).origin !== origin) &&
      `redirect_uri is not an address of ${origin}`,
    text("response_type") !== "code" && "response_type is not code",
    !scopes.includes("openid") && "scope lacks openid",
    scopes.some((scope) => !SCOPES.includes(scope)) && `scope has something else than ${SCOPES.join(", ")}`,
    (state === "" || state.length > STATE_LIMIT) && `state has not 1 to ${STATE_LIMIT} characters`,
    (nonce === "" || nonce.length > NONCE_LIMIT) && `nonce has not 1 to ${NONCE_LIMIT} characters`,
    text("code_challenge_method") !== "S256" && "code_challenge_method is not S256",
    !S256_CHALLENGE.test(challenge) && "code_challenge is no SHA-256",
  ].find((problem) => problem !== false);
  return wrong ?? { redirectUri, scopes, state, nonce, challenge };
}

/** The redirect address with an answer in its query. */
export function answerAddress(redirectUri: string, answer: Record<string, string>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return url.href;
}
