import { isLoopbackHost } from "../loopback.ts";
import type { World } from "../state/world.ts";
import { unixSeconds } from "../time.ts";
import { badRequest, notModelled, tooManyRequests } from "./errors.ts";
import { rememberAllowedUpdates } from "./long-poll.ts";
import { type CallParameters, flagParameter, integerParameter, textParameter } from "./parameters.ts";
import { dropPendingUpdates } from "./update-queue.ts";

const WEBHOOK_PORTS = new Set(["", "443", "80", "88", "8443"]);
const SECRET_LIMIT = 256;
const CONNECTIONS_DEFAULT = 40;
const CONNECTIONS_LIMIT = 100;
/** Telegram takes one setWebhook a second. */
const SET_WEBHOOK_PAUSE_MS = 1_000;

export interface WebhookMethods {
  setWebhook(parameters: CallParameters): true;
  deleteWebhook(parameters: CallParameters): true;
  getWebhookInfo(): Record<string, unknown>;
}

/**
 * `setWebhook`, `deleteWebhook`, `getWebhookInfo` (https://core.telegram.org/bots/api#setwebhook). Besides Telegram's
 * rules, plain http is taken for loopback hosts, and `reachesAnyHost` says whether other hosts are taken at all.
 */
export function createWebhookMethods(
  world: World,
  { endPolls, reachesAnyHost }: { endPolls: () => void; reachesAnyHost: boolean },
): WebhookMethods {
  let nextAllowedAt = Number.NEGATIVE_INFINITY;

  const remove = (parameters: CallParameters): true => {
    if (flagParameter(parameters, "drop_pending_updates")) dropPendingUpdates(world);
    world.webhook = null;
    world.changes.emit({ kind: "settings" });
    return true;
  };

  return {
    setWebhook(parameters) {
      const url = textParameter(parameters, "url");
      if (url === "") return remove(parameters);
      const now = world.clock.now().getTime();
      if (now < nextAllowedAt) throw tooManyRequests(1);
      nextAllowedAt = now + SET_WEBHOOK_PAUSE_MS;
      if (textParameter(parameters, "certificate") !== "")
        throw notModelled("the parameter certificate of setWebhook");
      checkUrl(url, reachesAnyHost);
      const secretToken = checkedSecret(textParameter(parameters, "secret_token"));
      rememberAllowedUpdates(world, parameters);
      if (flagParameter(parameters, "drop_pending_updates")) dropPendingUpdates(world);
      const ipAddress = textParameter(parameters, "ip_address");
      world.webhook = {
        url,
        secretToken,
        maxConnections: integerParameter(parameters, "max_connections", {
          fallback: CONNECTIONS_DEFAULT,
          min: 1,
          max: CONNECTIONS_LIMIT,
        }),
        ipAddress: ipAddress === "" ? null : ipAddress,
        lastErrorAt: null,
        lastErrorMessage: null,
      };
      endPolls();
      world.changes.emit({ kind: "update" });
      return true;
    },
    deleteWebhook: remove,
    getWebhookInfo: () => webhookInfo(world),
  };
}

function webhookInfo(world: World): Record<string, unknown> {
  const { webhook, allowedUpdates } = world;
  return {
    url: webhook?.url ?? "",
    has_custom_certificate: false,
    pending_update_count: world.pendingUpdates.length,
    ...(webhook === null ? {} : { max_connections: webhook.maxConnections }),
    ...(webhook?.ipAddress == null ? {} : { ip_address: webhook.ipAddress }),
    ...(webhook?.lastErrorAt == null
      ? {}
      : {
          last_error_date: unixSeconds(new Date(webhook.lastErrorAt)),
          last_error_message: webhook.lastErrorMessage,
        }),
    ...(allowedUpdates === null ? {} : { allowed_updates: allowedUpdates }),
  };
}

function checkUrl(url: string, reachesAnyHost: boolean): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw badRequest("invalid webhook URL specified");
  if (isLoopbackHost(parsed.hostname)) return;
  if (parsed.protocol !== "https:") {
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  }
  if (!WEBHOOK_PORTS.has(parsed.port)) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
  if (!reachesAnyHost) throw notModelled("webhooks to other machines: nothing leaves this one");
}

function checkedSecret(secret: string): string {
  if (secret.length > SECRET_LIMIT) throw badRequest("secret token is too long");
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest("secret token contains unallowed characters");
  return secret;
}
