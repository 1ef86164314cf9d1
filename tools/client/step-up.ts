import { z } from "zod";
import type { ApiClient } from "./api-client.ts";
import { codeIn, type SandboxClient } from "./sandbox-client.ts";
import type { SignedIn } from "./sign-in.ts";

const challengeSchema = z.object({ challengeId: z.string(), challengeSecret: z.string() });
const provedSchema = z.object({ accessToken: z.string(), expiresIn: z.int() });

/**
 * Proves an admin of the sandbox anew, as risky calls want it: asks for a fresh code, reads it in the chat, types it in. Answers the
 * same person with an access token that is good for them for five minutes, or for the one action that is named.
 */
export const stepUp = async (
  api: ApiClient,
  sandbox: SandboxClient,
  who: SignedIn,
  action?: string,
): Promise<SignedIn> => {
  const after = await sandbox.lastMessageId(who.personId);
  const { accessToken: token } = who;
  const { body: challenge } = await api.expect(202, challengeSchema, "/v1/auth/otp/request", {
    ...{ method: "POST", token },
    body: { purpose: "step-up", ...(action === undefined ? {} : { action }) },
  });
  const message = await sandbox.waitForMessage(
    who.personId,
    after,
    (sent) => sent.from === "bot" && codeIn(sent) !== null,
    "a fresh code",
  );
  const { body: proved } = await api.expect(200, provedSchema, "/v1/auth/otp/verify", {
    ...{ method: "POST", token },
    body: {
      challengeId: challenge.challengeId,
      challengeSecret: challenge.challengeSecret,
      code: codeIn(message) ?? "",
    },
  });
  return { ...who, accessToken: proved.accessToken, expiresAtMs: Date.now() + proved.expiresIn * 1000 };
};
