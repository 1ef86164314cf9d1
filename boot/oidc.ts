import type { OidcConnection } from "../auth/oidc-config.ts";
import { SANDBOX_BOT_TOKEN, SANDBOX_OIDC_CLIENT_SECRET } from "../sandbox/sandbox.ts";
import type { Environment } from "../shared/runtime/config.ts";
import { isStandIn, type SandboxPart } from "./telegram.ts";

const SANDBOX_CLIENT_ID = SANDBOX_BOT_TOKEN.slice(0, SANDBOX_BOT_TOKEN.indexOf(":"));

/**
 * How auth reaches “Log in with Telegram” while the sandbox stands in for Telegram: in this process or through the gateway. Beside a
 * real bot never, for whoever holds a person of the sandbox would hold an account of the shop.
 */
export const oidcConnection = (
  environment: Environment,
  part: SandboxPart | null,
  publicUrl: string,
): OidcConnection => ({
  publicUrl,
  sandbox: isStandIn(environment)
    ? {
        issuer: `${publicUrl}/sandbox/oidc`,
        clientId: SANDBOX_CLIENT_ID,
        clientSecret: SANDBOX_OIDC_CLIENT_SECRET,
        fetch: part?.sandbox.fetch,
      }
    : null,
});
