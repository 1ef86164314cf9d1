import { and, eq, inArray } from "drizzle-orm";
import type { Database, Tx } from "../../shared/ports/database.ts";
import type { Delivery } from "../domain/delivery.ts";
import { afterCall } from "../domain/webhook.ts";
import type { ChannelOutcome, ChannelRecorder, WebhookTurn } from "../usecases/channel-ports.ts";
import { shownDelivery } from "./delivery-row.ts";
import { delivery } from "./schema.ts";
import { updateHealth } from "./webhook-store.ts";

/**
 * Ends the attempt. A sweep may have given it up a moment before the answer came, or put it back to wait: the answer is the better
 * knowledge, as long as nobody has claimed it anew.
 */
const endAttempt = async (
  tx: Tx,
  { claimed, settlement }: ChannelOutcome,
  now: Date,
): Promise<Delivery | null> => {
  const { nextAt, state, reason } = settlement;
  const [row] = await tx
    .update(delivery)
    .set({ state, reason, sendDeadline: null, updatedAt: now, ...(nextAt === null ? {} : { nextAt }) })
    .where(
      and(
        eq(delivery.id, claimed.delivery.id),
        eq(delivery.claimId, claimed.claimId),
        eq(delivery.attempts, claimed.delivery.attempts),
        inArray(delivery.state, ["sending", "unknown", "pending"]),
      ),
    )
    .returning(shownDelivery);
  return row ?? null;
};

/**
 * Records what came of deliveries beside the bot. With a call goes how its webhook does; `tell` is called in that transaction where a webhook was
 * switched off by it.
 */
export const createChannelRecorder = (
  database: Database,
  tell: (tx: Tx, turn: WebhookTurn) => Promise<void>,
): ChannelRecorder => ({
  record: (outcome, now) =>
    database.transaction(async (tx) => {
      const recorded = await endAttempt(tx, outcome, now);
      const { webhook } = outcome.claimed;
      if (recorded === null || webhook === null) return recorded;
      const turn = await updateHealth(tx, webhook.id, (before) => afterCall(before, outcome.result, now));
      if (turn?.before.active && !turn.after.active)
        await tell(tx, { webhook: turn.before, after: turn.after });
      return recorded;
    }),
});
