DROP INDEX "delivery_pending_idx";--> statement-breakpoint
DROP INDEX "delivery_state_idx";--> statement-breakpoint
CREATE INDEX "delivery_order_idx" ON "delivery" USING btree (("class" = 'admin_alert'),"position") WHERE "delivery"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "delivery_state_idx" ON "delivery" USING btree ("state","id") WHERE "delivery"."state" <> 'pending';