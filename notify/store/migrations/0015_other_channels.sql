CREATE TABLE "channel_pace" (
	"channel" text PRIMARY KEY NOT NULL,
	"used_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_address" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"address_key" text NOT NULL,
	"state" text NOT NULL,
	"user_version" integer NOT NULL,
	"code_key" text,
	"code_expires_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"code_sent_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "mail_address_tries_check" CHECK ("mail_address"."tries" >= 0),
	CONSTRAINT "mail_address_code_check" CHECK (("mail_address"."code_key" is null) = ("mail_address"."code_expires_at" is null))
);
--> statement-breakpoint
CREATE TABLE "webhook" (
	"id" uuid PRIMARY KEY NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"active" boolean NOT NULL,
	"description" text NOT NULL,
	"include_phone" boolean NOT NULL,
	"secret_version" integer DEFAULT 1 NOT NULL,
	"previous_until" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"off_reason" text,
	"last_success_at" timestamp with time zone,
	"last_failure_at" timestamp with time zone,
	"last_failure" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_failures_check" CHECK ("webhook"."failures" >= 0),
	CONSTRAINT "webhook_off_check" CHECK ("webhook"."off_reason" is null or not "webhook"."active")
);
--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "channel" text DEFAULT 'telegram' NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "target" uuid;--> statement-breakpoint
ALTER TABLE "preference" ADD COLUMN "channels" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_active_idx" ON "webhook" USING btree ("id") WHERE "webhook"."active";--> statement-breakpoint
CREATE INDEX "delivery_mail_due_idx" ON "delivery" USING btree ("next_at") WHERE "delivery"."state" = 'pending' and "delivery"."channel" = 'email';--> statement-breakpoint
CREATE INDEX "delivery_webhook_due_idx" ON "delivery" USING btree ("target","next_at") WHERE "delivery"."state" = 'pending' and "delivery"."channel" = 'webhook';--> statement-breakpoint
CREATE INDEX "delivery_target_idx" ON "delivery" USING btree ("target","id") WHERE "delivery"."target" is not null;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_target_check" CHECK (("delivery"."channel" = 'webhook') = ("delivery"."target" is not null));--> statement-breakpoint
ALTER TABLE "delivery_lane" ADD CONSTRAINT "delivery_lane_rank_check" CHECK ("delivery_lane"."lane" < 100);--> statement-breakpoint
-- As before, of the bot alone: a mail that is under way keeps no chat waiting.
CREATE OR REPLACE FUNCTION "people_under_way"() RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT "user_id" FROM "delivery" WHERE "state" = 'sending' AND "channel" = 'telegram';
END $$;
