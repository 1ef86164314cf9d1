import { createHmac } from "node:crypto";
import { join, resolve } from "node:path";
import type { TelegramConnection } from "../notify/service.ts";
import { createSandbox, SANDBOX_BOT_TOKEN, type Sandbox } from "../sandbox/sandbox.ts";
import type { Environment } from "../shared/runtime/config.ts";
import type { BootConfig, PartName } from "./config.ts";
import type { Resolved } from "./open-drivers.ts";
import { sandboxCast } from "./sandbox-cast.ts";

/**
 * The sandbox stands in for Telegram while there is no token; with one, or in production, where not every part has the
 * token, it runs only where that is asked for.
 */
export const isSandboxOn = ({ NODE_ENV, TELEGRAM_BOT_TOKEN, TELEGRAM_SANDBOX }: Environment): boolean =>
  TELEGRAM_SANDBOX === "allow" || (!TELEGRAM_BOT_TOKEN?.trim() && NODE_ENV !== "production");

/** Whether its people are the shop's: not beside a real bot, which has people of its own. */
export const isStandIn = (environment: Environment): boolean =>
  isSandboxOn(environment) && !environment.TELEGRAM_BOT_TOKEN?.trim();

/** The one address that browsers know: configured where something stands in front of the gateway, else the gateway's own. */
export const publicUrlOf = ({ GATEWAY_URL }: Pick<BootConfig, "GATEWAY_URL">, gatewayUrl: string): string =>
  (GATEWAY_URL ?? gatewayUrl).replace(/\/+$/, "");

/** Lets mail into the sandbox and opens nothing else there, so that notify need not hold the token that drives its people. */
export const mailTokenOf = ({ SANDBOX_TOKEN }: Pick<BootConfig, "SANDBOX_TOKEN">): string =>
  createHmac("sha256", SANDBOX_TOKEN).update("kiosk sandbox mail").digest("base64url");

/** The sandbox, and how a request is answered by it. */
export interface SandboxPart {
  readonly sandbox: Sandbox;
  answer(request: Request, clientIp: string): Promise<Response>;
}

/** The sandbox runs where the gateway runs; null elsewhere, and while a real bot is used. */
export const createSandboxPart = (
  environment: Environment,
  config: BootConfig,
  parts: readonly PartName[],
  gatewayUrl: string,
): SandboxPart | null => {
  if (!isSandboxOn(environment) || !parts.includes("gateway")) return null;
  const addresses = new WeakMap<Request, string>();
  const publicUrl = publicUrlOf(config, gatewayUrl);
  const webAppKey = environment.TELEGRAM_WEBAPP_KEY?.trim();
  const sandbox = createSandbox({
    botToken: environment.TELEGRAM_BOT_TOKEN?.trim() || SANDBOX_BOT_TOKEN,
    controlToken: config.SANDBOX_TOKEN,
    mailToken: mailTokenOf(config),
    // The key that auth verifies by, so that people of the sandbox can sign in from a Mini App.
    ...(webAppKey ? { webAppKey } : {}),
    // Not the gateway's own address: behind a proxy on this machine everybody comes from here, and the page's token is for nobody else.
    publicUrl,
    signInUrl: isStandIn(environment) ? publicUrl : undefined,
    cast: isStandIn(environment) ? sandboxCast(environment) : [],
    statePath: join(resolve(config.DATA_DIR), "sandbox.json"),
    clientAddress: (request) => addresses.get(request),
  });
  return {
    sandbox,
    answer(request, clientIp) {
      addresses.set(request, clientIp);
      return sandbox.fetch(request);
    },
  };
};

/** How notify reaches its bot: Telegram by token, else the sandbox, in this process or through the gateway. */
export const telegramConnection =
  (environment: Environment, config: BootConfig, part: SandboxPart | null, gatewayUrl: string) =>
  (token: string | undefined, apiRoot: string): TelegramConnection => {
    if (token !== undefined) return { token, apiRoot };
    const deepLinkBase = `${publicUrlOf(config, gatewayUrl)}/sandbox?start=`;
    const root = environment.TELEGRAM_API_ROOT?.trim() ? apiRoot : `${gatewayUrl}/sandbox`;
    return { token: SANDBOX_BOT_TOKEN, apiRoot: root, deepLinkBase, fetch: part?.sandbox.botFetch };
  };

const whatTelegramIs = (environment: Environment, gatewayUrl: string): string => {
  if (environment.TELEGRAM_BOT_TOKEN?.trim()) return "a bot of Telegram";
  return isSandboxOn(environment) ? `sandbox, ${gatewayUrl}/sandbox` : "known where notify runs";
};

export const telegramResolved = (environment: Environment, gatewayUrl: string): Resolved => ({
  part: "telegram",
  is: whatTelegramIs(environment, gatewayUrl),
  variable: "TELEGRAM_BOT_TOKEN",
});
