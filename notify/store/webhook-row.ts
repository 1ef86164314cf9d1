import type { InferSelectModel } from "drizzle-orm";
import type { OffReason, Webhook, WebhookPattern } from "../domain/webhook.ts";
import type { webhook } from "./schema.ts";

/** A webhook as `to_jsonb` writes its row. */
export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly description: string;
  readonly include_phone: boolean;
  readonly secret_version: number;
  readonly previous_until: string | null;
  readonly failures: number;
  readonly failing_since: string | null;
  readonly paused_until: string | null;
  readonly off_reason: string | null;
  readonly last_success_at: string | null;
  readonly last_failure_at: string | null;
  readonly last_failure: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

/** What is stored was checked when it came in. */
export const webhookOf = (row: InferSelectModel<typeof webhook>): Webhook => ({
  ...row,
  events: row.events as readonly string[] as readonly WebhookPattern[],
  offReason: row.offReason as OffReason | null,
});

export const webhookFrom = (row: WebhookRow): Webhook =>
  webhookOf({
    ...{
      id: row.id,
      url: row.url,
      events: [...row.events],
      active: row.active,
      description: row.description,
    },
    includePhone: row.include_phone,
    secretVersion: row.secret_version,
    previousUntil: dateOf(row.previous_until),
    failures: row.failures,
    failingSince: dateOf(row.failing_since),
    pausedUntil: dateOf(row.paused_until),
    offReason: row.off_reason,
    lastSuccessAt: dateOf(row.last_success_at),
    lastFailureAt: dateOf(row.last_failure_at),
    lastFailure: row.last_failure,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  });
