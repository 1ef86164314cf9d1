-- In two steps, so that the table is not written anew: orders from before this are changed by no transaction that a reader looks for.
ALTER TABLE "customer_order" ADD COLUMN "changed_tx" "xid8" DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_order" ALTER COLUMN "changed_tx" SET DEFAULT pg_current_xact_id();--> statement-breakpoint
CREATE INDEX "customer_order_changed_idx" ON "customer_order" USING btree ("changed_tx","id");
