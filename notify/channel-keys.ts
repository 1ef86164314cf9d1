import { createHmac, randomInt } from "node:crypto";
import { constantTimeEqual } from "../shared/http/auth-guard.ts";
import type { MailKeys, WebhookSecret } from "./usecases/channel-ports.ts";

/** One key of the shop's secret for each use, so that what is made for one is worth nothing for another. */
const keyed = (secret: string, use: string, ...values: readonly string[]): Buffer =>
  createHmac("sha256", createHmac("sha256", secret).update(`kiosk notify ${use}`).digest())
    .update(JSON.stringify(values))
    .digest();

const CODE_DIGITS = 6;
const UUID_LENGTH = 36;

/** What addresses, codes and ends of advertising are known by. */
export const createMailKeys = (secret: string): MailKeys => {
  const macOf = (userId: string): string => keyed(secret, "unsubscribe", userId).toString("base64url");
  return {
    // Providers of today write upper and lower case alike.
    addressKey: (userId, address) =>
      keyed(secret, "address", userId, address.trim().toLowerCase()).toString("base64url"),
    newCode: () =>
      randomInt(10 ** CODE_DIGITS)
        .toString()
        .padStart(CODE_DIGITS, "0"),
    codeKey: (userId, code) => keyed(secret, "code", userId, code).toString("base64url"),
    isSame: constantTimeEqual,
    unsubscribeToken: (userId) => `${userId}.${macOf(userId)}`,
    readUnsubscribeToken(token) {
      const userId = token.slice(0, UUID_LENGTH);
      return constantTimeEqual(token, `${userId}.${macOf(userId)}`) ? userId : null;
    },
  };
};

/**
 * The secret of a webhook, derived: it stands in no table and no backup, and every instance knows it. 256 bits, as `whsec_` and base64
 * (Standard Webhooks, "Signature scheme").
 */
export const createWebhookSecret =
  (secret: string): WebhookSecret =>
  (webhookId, version) =>
    `whsec_${keyed(secret, "webhook", webhookId, String(version)).toString("base64")}`;
