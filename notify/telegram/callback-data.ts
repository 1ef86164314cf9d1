import { isUuid } from "../../shared/kernel/ids.ts";

/** What a button of ours says when it is tapped. Anybody can send anything: what it names is checked where it is used. */
export type CallbackAction = { readonly kind: "not-me"; readonly challengeId: string };

const NOT_ME = "n:";

/** `n:<challenge id>`: 38 of the 64 bytes that Telegram allows. */
export const notMeData = (challengeId: string): string => `${NOT_ME}${challengeId}`;

/** Null for data that is none of ours. */
export const readCallbackData = (data: string | undefined): CallbackAction | null => {
  if (data === undefined || !data.startsWith(NOT_ME)) return null;
  const challengeId = data.slice(NOT_ME.length);
  return isUuid(challengeId) ? { kind: "not-me", challengeId } : null;
};
