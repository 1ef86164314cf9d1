import { createHmac } from "node:crypto";
import type { ChannelConnection } from "../notify/service.ts";
import type { Environment } from "../shared/runtime/config.ts";
import type { BootConfig } from "./config.ts";
import { isSandboxOn, mailTokenOf, publicUrlOf, type SandboxPart } from "./telegram.ts";

/**
 * Outside production webhooks may be posted to one's own machine, and the secret of mail and webhooks is made from the one that all parts
 * share anyway, so that several processes have the same. In production both are somebody's decision.
 */
export const withChannelDefaults = (environment: Environment): Environment => {
  const { NODE_ENV, NOTIFY_SECRET, WEBHOOKS_PRIVATE, INTERNAL_TOKEN } = environment;
  if (NODE_ENV === "production") return environment;
  const made =
    INTERNAL_TOKEN === undefined
      ? undefined
      : createHmac("sha256", INTERNAL_TOKEN).update("kiosk notify secret").digest("base64url");
  return {
    ...environment,
    NOTIFY_SECRET: NOTIFY_SECRET?.trim() || made,
    WEBHOOKS_PRIVATE: WEBHOOKS_PRIVATE?.trim() || "allow",
  };
};

/** How mail and webhooks reach the world: mail lands in the sandbox, in this process or through the gateway, while there is no server. */
export const channelConnection = (
  environment: Environment,
  config: BootConfig,
  part: SandboxPart | null,
  gatewayUrl: string,
): ChannelConnection => ({
  publicUrl: publicUrlOf(config, gatewayUrl),
  mailbox:
    environment.NODE_ENV === "production" || !isSandboxOn(environment)
      ? null
      : { url: `${gatewayUrl}/sandbox/mail`, token: mailTokenOf(config), fetch: part?.sandbox.mailFetch },
});
