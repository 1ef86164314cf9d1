import { isUuid } from "../../shared/kernel/ids.ts";

/** What a button of ours says when it is tapped. Anybody can send anything: what it names is checked where it is used. */
export type CallbackAction =
  | { readonly kind: "not-me"; readonly challengeId: string }
  | { readonly kind: "not-my-session"; readonly sessionId: string };

const NOT_ME = "n:";
const NOT_MY_SESSION = "s:";

/** `n:<challenge id>`: 38 of the 64 bytes that Telegram allows. */
export const notMeData = (challengeId: string): string => `${NOT_ME}${challengeId}`;

/** `s:<session id>`, below the notice of a sign-in on a new device. */
export const notMySessionData = (sessionId: string): string => `${NOT_MY_SESSION}${sessionId}`;

/** Null for data that is none of ours. */
export const readCallbackData = (data = ""): CallbackAction | null => {
  const [kind, id] = [data.slice(0, NOT_ME.length), data.slice(NOT_ME.length)];
  if (!isUuid(id)) return null;
  if (kind === NOT_ME) return { kind: "not-me", challengeId: id };
  return kind === NOT_MY_SESSION ? { kind: "not-my-session", sessionId: id } : null;
};
