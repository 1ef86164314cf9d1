import { isOnThisMachine, mayHaveToken } from "../page/serve-page.ts";
import { createPerson, findPerson, letBotWrite } from "../people/people.ts";
import { PersonError } from "../people/person-error.ts";
import { sameSecret } from "../same-secret.ts";
import type { Person } from "../state/records.ts";
import type { World } from "../state/world.ts";
import {
  type AuthorizationRequest,
  answerAddress,
  readAuthorizationRequest,
} from "./authorization-request.ts";
import { authorizePage, leavingPage, refusedPage } from "./authorize-page.ts";
import type { Codes } from "./codes.ts";
import type { OidcSwitches } from "./switches.ts";

/** Largest form, in bytes. */
const FORM_LIMIT_BYTES = 20_000;

export interface AuthorizeParts {
  world: World;
  switches: OidcSwitches;
  codes: Codes;
  issuer: string;
  /** Where people reach the sandbox. */
  publicUrl: string;
  controlToken: string;
  clientAddress?: ((request: Request) => string | undefined) | undefined;
}

const rulesOf = ({ world, publicUrl }: AuthorizeParts) => ({
  clientId: String(world.bot.id),
  origin: new URL(publicUrl).origin,
});

const showPage = (
  { world }: AuthorizeParts,
  request: AuthorizationRequest,
  facts: { query: string; unlocked: boolean; token?: string; problem?: string },
): Response =>
  authorizePage({
    token: "",
    ...facts,
    botName: world.bot.first_name,
    request,
    // The newest first: whom one has just made.
    people: facts.unlocked ? [...world.people.values()].reverse() : [],
  });

/** The page with the question. Who is on this machine sees the people; others show the token first. */
export function askToAuthorize(parts: AuthorizeParts, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const asked = readAuthorizationRequest(searchParams, rulesOf(parts));
  if (typeof asked === "string") return refusedPage(asked);
  const unlocked = isOnThisMachine(request, parts);
  return (
    (unlocked ? answerByItself(parts, asked) : undefined) ??
    showPage(parts, asked, { query: searchParams.toString(), unlocked })
  );
}

const refuse = ({ issuer }: AuthorizeParts, { redirectUri, state }: AuthorizationRequest) =>
  leavingPage(answerAddress(redirectUri, { error: "access_denied", state, iss: issuer }));

/** The answer that a test has decided on beforehand; undefined where a person is to be asked. */
const answerByItself = (parts: AuthorizeParts, asked: AuthorizationRequest): Response | undefined => {
  const { consent, personId } = parts.switches.now();
  if (consent === "deny") return refuse(parts, asked);
  const person = consent === "allow" ? parts.world.people.get(personId ?? 0) : undefined;
  return person && grantTo(parts, asked, { person, scopes: asked.scopes });
};

const readForm = async (request: Request): Promise<URLSearchParams | null> => {
  const body = await request.arrayBuffer();
  return body.byteLength > FORM_LIMIT_BYTES ? null : new URLSearchParams(new TextDecoder().decode(body));
};

/** Fails with a PersonError where there is nobody like that. */
const chosenPerson = (world: World, form: URLSearchParams): Person => {
  const choice = form.get("person") ?? "";
  if (choice !== "new") return findPerson(world, Number(choice));
  const firstName = (form.get("firstName") ?? "").trim().slice(0, 64) || "Somebody";
  const phone = form.get("phoneNumber") ?? "";
  return createPerson(world, { firstName, lastName: null, username: null, phone, language: "en" }).person;
};

const grant = (parts: AuthorizeParts, asked: AuthorizationRequest, form: URLSearchParams): Response => {
  const refused = [
    ...(form.has("phone") ? [] : ["phone"]),
    ...(form.has("botAccess") ? [] : ["telegram:bot_access"]),
  ];
  const scopes = asked.scopes.filter((scope) => !refused.includes(scope));
  return grantTo(parts, asked, { person: chosenPerson(parts.world, form), scopes });
};

const grantTo = (
  { world, codes, issuer }: AuthorizeParts,
  { redirectUri, state, nonce, challenge }: AuthorizationRequest,
  { person, scopes }: { person: Person; scopes: string[] },
): Response => {
  if (scopes.includes("telegram:bot_access")) letBotWrite(world, person);
  const code = codes.give({ personId: person.id, redirectUri, nonce, challenge, scopes });
  return leavingPage(answerAddress(redirectUri, { code, state, iss: issuer }));
};

/** The form comes back: with the token, with a yes and a person, or with a no. */
export async function answerAuthorize(parts: AuthorizeParts, request: Request): Promise<Response> {
  const form = await readForm(request);
  const query = form?.get("request") ?? "";
  const asked = readAuthorizationRequest(new URLSearchParams(query), rulesOf(parts));
  if (form === null || typeof asked === "string") return refusedPage("The form is not the one of this page.");
  const token = form.get("token") ?? "";
  const unlocked = mayHaveToken(request, parts) || sameSecret(token, parts.controlToken);
  if (!unlocked) {
    const problem = "The token is not the sandbox's.";
    return showPage(parts, asked, { query, unlocked: false, problem });
  }
  const decision = form.get("decision");
  if (decision === "deny") return refuse(parts, asked);
  if (decision !== "allow") return showPage(parts, asked, { query, unlocked, token });
  try {
    return grant(parts, asked, form);
  } catch (error) {
    if (!(error instanceof PersonError)) throw error;
    const problem = error.code === "NOT_FOUND" ? "Choose somebody." : `The phone ${error.message}.`;
    return showPage(parts, asked, { query, unlocked, token, problem });
  }
}
