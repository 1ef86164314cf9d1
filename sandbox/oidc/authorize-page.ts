import { escapeHtml } from "../formatting/html-writer.ts";
import type { Person } from "../state/records.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";

/** People on the page; who is looking for somebody else types the phone. */
const LISTED_LIMIT = 50;

/** Any page of this room: no script, and styles of our own only. */
const HEADERS = {
  "cache-control": "no-store",
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

const page = (title: string, head: string, main: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${title} – Telegram sandbox</title>
    <link rel="stylesheet" href="/sandbox/page/base.css" />
    <link rel="stylesheet" href="/sandbox/oidc/authorize.css" />${head}
  </head>
  <body>
    <header class="banner">
      <p><strong>This is a stand-in for Telegram.</strong></p>
      <p>Nothing here leaves your machine.</p>
    </header>
    <main class="sheet">
      <h1>${title}</h1>
      ${main}
    </main>
  </body>
</html>
`;

const html = (status: number, text: string) => new Response(text, { status, headers: HEADERS });

const personChoice = ({ id, firstName, lastName, phone }: Person, index: number) => {
  const name = escapeHtml(lastName === null ? firstName : `${firstName} ${lastName}`);
  return `<label class="choice"><input type="radio" name="person" value="${id}"${index === 0 ? " checked" : ""} /> ${name} <span class="hint">${escapeHtml(phone)}</span></label>`;
};

const NEW_PERSON = `
          <label>First name <input name="firstName" maxlength="64" autocomplete="off" /></label>
          <label>Phone <input name="phoneNumber" type="tel" maxlength="24" autocomplete="off" /></label>`;

const whoFields = (people: readonly Person[]) => `
        <fieldset>
          <legend>Who is signing in?</legend>
          ${people.slice(0, LISTED_LIMIT).map(personChoice).join("\n          ")}
          <label class="choice"><input type="radio" name="person" value="new"${people.length === 0 ? " checked" : ""} /> Somebody else, with this name and phone</label>${NEW_PERSON}
        </fieldset>`;

const grantFields = ({ scopes }: AuthorizationRequest) => {
  const box = (name: string, text: string) =>
    `<label class="choice"><input type="checkbox" name="${name}" value="on" checked /> ${text}</label>`;
  const boxes = [
    ...(scopes.includes("phone") ? [box("phone", "Share the phone number")] : []),
    ...(scopes.includes("telegram:bot_access") ? [box("botAccess", "Let the bot send messages")] : []),
  ];
  if (boxes.length === 0) return "";
  return `
        <fieldset>
          <legend>What may the shop have?</legend>
          ${boxes.join("\n          ")}
        </fieldset>`;
};

const TOKEN_FIELD = `
        <label>Sandbox token <input name="token" type="password" required autocomplete="off" /></label>
        <p class="hint">This browser is not on the machine that runs the sandbox, so it has to show the token.</p>`;

export interface PageFacts {
  botName: string;
  /** The request as it came: the form brings it back. */
  query: string;
  request: AuthorizationRequest;
  people: readonly Person[];
  /** Whether the browser has shown that it may hold these people's phones. */
  unlocked: boolean;
  /** The token that it has shown, to be brought back. */
  token: string;
  /** What was wrong with the form before. */
  problem?: string | undefined;
}

/** The question whether to sign in, and as whom. */
export function authorizePage({ botName, query, request, people, ...facts }: PageFacts): Response {
  const kept = [
    ["request", query],
    ...(facts.unlocked && facts.token !== "" ? [["token", facts.token]] : []),
  ].map(([name = "", value = ""]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}" />`);
  const problem =
    facts.problem === undefined ? "" : `<p class="problem" role="alert">${escapeHtml(facts.problem)}</p>`;
  const fields = facts.unlocked ? `${whoFields(people)}${grantFields(request)}` : TOKEN_FIELD;
  const buttons = facts.unlocked
    ? `<button class="primary" name="decision" value="allow">Log in</button>
          <button name="decision" value="deny" formnovalidate>Cancel</button>`
    : `<button class="primary" name="decision" value="unlock">Unlock</button>`;
  const main = `<p>${escapeHtml(botName)} asks you to log in at <strong>${escapeHtml(new URL(request.redirectUri).host)}</strong>.</p>
      ${problem}
      <form method="post" action="/sandbox/oidc/authorize">
        ${kept.join("\n        ")}${fields}
        <p class="row">
          ${buttons}
        </p>
      </form>`;
  return html(facts.problem === undefined ? 200 : 422, page("Log in with Telegram", "", main));
}

/** A request that cannot be answered to anybody. */
export function refusedPage(problem: string): Response {
  return html(400, page("This link does not work", "", `<p class="problem">${escapeHtml(problem)}</p>`));
}

/**
 * Sends the browser on. By the page and not by a status: browsers hold redirects behind a form to the form's own policy, and the
 * last of these leads to the shop, wherever that is.
 */
export function leavingPage(address: string): Response {
  const target = escapeHtml(address);
  const head = `\n    <meta http-equiv="refresh" content="0;url=${target}" />`;
  return html(200, page("Back to the shop", head, `<p><a href="${target}">Go on</a></p>`));
}
