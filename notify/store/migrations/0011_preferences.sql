CREATE TABLE "back_in_stock" (
	"user_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "back_in_stock_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "back_in_stock_pkey" PRIMARY KEY("user_id","sku")
);
--> statement-breakpoint
CREATE TABLE "preference" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"choices" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"quiet_from" text,
	"quiet_to" text,
	"language" text,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "preference_quiet_check" CHECK (("preference"."quiet_from" is null) = ("preference"."quiet_to" is null))
);
--> statement-breakpoint
ALTER TABLE "chat" ADD COLUMN "timezone" text DEFAULT 'UTC' NOT NULL;--> statement-breakpoint
CREATE INDEX "back_in_stock_waiting_idx" ON "back_in_stock" USING btree ("sku","position");