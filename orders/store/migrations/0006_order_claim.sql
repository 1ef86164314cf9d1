ALTER TABLE "customer_order" ADD COLUMN "claimed_by" uuid;--> statement-breakpoint
ALTER TABLE "customer_order" ADD COLUMN "claimed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "customer_order" ADD CONSTRAINT "customer_order_claim_whole" CHECK (("customer_order"."claimed_by" is null) = ("customer_order"."claimed_at" is null));