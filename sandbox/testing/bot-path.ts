import { SANDBOX_BOT_TOKEN } from "../bot-identity.ts";

/** The path of a Bot API method for the sandbox's own bot, for callers that have no business with its token. */
export const botPath = (method: string): string => `/sandbox/bot${SANDBOX_BOT_TOKEN}/${method}`;
