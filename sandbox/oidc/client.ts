/**
 * Secret of the one client that the sandbox's “Log in with Telegram” knows; its id is the bot's. As the bot's token it is no
 * secret: it opens nothing but a sandbox.
 */
export const SANDBOX_OIDC_CLIENT_SECRET = "sandbox_only_this_opens_nothing_x";
