CREATE TABLE "erased_person" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "farewell" (
	"erasure_id" uuid PRIMARY KEY NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"outcome" text
);
--> statement-breakpoint
CREATE INDEX "delivery_reason_idx" ON "delivery" USING btree (("notice" ->> 'orderId')) WHERE ("delivery"."notice" ->> 'reason') is not null;