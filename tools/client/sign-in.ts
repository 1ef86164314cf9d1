import { z } from "zod";
import { type ApiClient, expecting } from "./api-client.ts";
import { patient } from "./patient.ts";
import { type ChatMessage, codeIn, type SandboxClient } from "./sandbox-client.ts";

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string(), deepLink: z.url() });
const sessionSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int(),
  user: z.object({ id: z.string(), role: z.string() }),
});

export interface SignedIn {
  readonly personId: number;
  readonly userId: string;
  readonly role: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends, in milliseconds since 1970. */
  readonly expiresAtMs: number;
}

/** A code, or the request for the contact: whichever the bot sends first. */
const asksOrAnswers = ({ from, text, buttons }: ChatMessage): boolean =>
  from === "bot" && (isCode({ buttons }) || /contact|phone/i.test(text));
const isCode = (message: Pick<ChatMessage, "buttons">): boolean => codeIn(message) !== null;

/** Opens the bot by the link of a sign-in and shares the contact where it asks for it. Answers the message with the code. */
export const openBot = async (
  sandbox: SandboxClient,
  personId: number,
  after: number,
  deepLink: string,
): Promise<ChatMessage> => {
  await sandbox.start(personId, new URL(deepLink).searchParams.get("start") ?? "");
  const first = await sandbox.waitForMessage(
    personId,
    after,
    asksOrAnswers,
    "a code or a request for the contact",
  );
  if (isCode(first)) return first;
  await sandbox.shareContact(personId);
  return sandbox.waitForMessage(personId, first.messageId, isCode, "a sign-in code");
};

/**
 * Signs a person of the sandbox in, as a customer does: ask for a code, open the bot by the link, share the contact
 * where the bot asks for it, read the code in the chat, type it in.
 */
export const signIn = async (
  api: ApiClient,
  sandbox: SandboxClient,
  who: { readonly firstName: string; readonly phone: string },
): Promise<SignedIn> => {
  const personId = await sandbox.person(who.firstName, who.phone);
  const after = await sandbox.lastMessageId(personId);
  // A shop that is busy says "not now": whoever wants to sign in asks again.
  const expect = expecting(patient(api));
  const { body: challenge } = await expect(202, challengeSchema, "/v1/auth/otp/request", {
    method: "POST",
    body: { phone: who.phone },
  });
  const message = await openBot(sandbox, personId, after, challenge.deepLink);
  const { body: session } = await expect(200, sessionSchema, "/v1/auth/otp/verify", {
    method: "POST",
    body: {
      challengeId: challenge.challengeId,
      challengeSecret: challenge.challengeSecret,
      code: codeIn(message) ?? "",
    },
  });
  return {
    personId,
    userId: session.user.id,
    role: session.user.role,
    accessToken: session.accessToken,
    refreshToken: session.refreshToken,
    expiresAtMs: Date.now() + session.expiresIn * 1000,
  };
};
