import type { User } from "./bot-api/types.ts";

/**
 * The token a bot uses when no real one is configured. It has the shape of a real token (bot id, colon, 35 characters)
 * and is no secret: it opens nothing but a sandbox.
 */
export const SANDBOX_BOT_TOKEN = "7000000001:AAsandbox_only_this_opens_nothing_x";

export const SANDBOX_BOT_USERNAME = "kiosk_sandbox_bot";
const SANDBOX_BOT_NAME = "Kiosk";

const TOKEN_SHAPE = /^([1-9]\d{0,15}):[A-Za-z0-9_-]{20,64}$/;

/** The bot id in front of a token's colon, or undefined when the text is not shaped like a token. */
export function botIdOf(token: string): number | undefined {
  const match = TOKEN_SHAPE.exec(token);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The user that a bot is in its own chats. Fails with a RangeError on a token that is not shaped like one. */
export function botUserOf(token: string): User {
  const id = botIdOf(token);
  if (id === undefined) throw new RangeError("botToken must look like <digits>:<35 characters>");
  return { id, is_bot: true, first_name: SANDBOX_BOT_NAME, username: SANDBOX_BOT_USERNAME };
}
