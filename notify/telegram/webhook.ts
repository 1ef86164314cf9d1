import type { Api } from "grammy";
import type { Logger } from "../../shared/ports/logger.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { ALLOWED_UPDATES } from "./bot.ts";
import { describeFailure, failureOf } from "./failure.ts";
import type { BotIdentity } from "./identity.ts";

const WEBHOOK_PATH = "/telegram/webhook";
const RETRY_MS = 5_000;
/** Chats in parallel; Telegram keeps the order within one. */
const MAX_CONNECTIONS = 16;

/**
 * The secret part of the webhook's path. Derived, so that a path in an access log does not give the header's secret away.
 */
export const webhookPathSecret = (secret: string): string =>
  new Bun.CryptoHasher("sha256", secret).update("telegram webhook path").digest("base64url");

export interface WebhookOptions {
  readonly api: Api;
  readonly identity: BotIdentity;
  /** The gateway's public address. */
  readonly publicUrl: string;
  readonly secret: string;
  readonly log: Logger;
}

/** Tells Telegram where to bring updates; tries until it listens. Stopping leaves the webhook in place. */
export const createWebhookRegistration = ({ api, identity, publicUrl, secret, log }: WebhookOptions) => {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const url = `${publicUrl.replace(/\/+$/, "")}${WEBHOOK_PATH}/${webhookPathSecret(secret)}`;

  const register = async (): Promise<boolean> => {
    try {
      await identity.username();
      await api.setWebhook(url, {
        secret_token: secret,
        allowed_updates: ALLOWED_UPDATES,
        max_connections: MAX_CONNECTIONS,
      });
      return true;
    } catch (error) {
      log.warn("the webhook could not be set", { reason: describeFailure(failureOf(error)) });
      return false;
    }
  };
  const loop = async () => {
    while (!stopping.signal.aborted && !(await register())) await pause(RETRY_MS, stopping.signal);
  };

  return {
    start() {
      running ??= loop();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
};
