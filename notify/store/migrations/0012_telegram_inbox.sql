CREATE TABLE "code_closing" (
	"challenge_id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"ending" jsonb NOT NULL,
	"closed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "telegram_update" (
	"bot_id" text NOT NULL,
	"update_id" bigint NOT NULL,
	"chat_id" bigint,
	"payload" jsonb,
	"claimed_until" timestamp with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"received_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "telegram_update_pkey" PRIMARY KEY("bot_id","update_id"),
	CONSTRAINT "telegram_update_done_check" CHECK (("telegram_update"."payload" is null) = ("telegram_update"."chat_id" is null))
);
--> statement-breakpoint
ALTER TABLE "code_message" ADD COLUMN "expires_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "code_message" ADD COLUMN "next_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "code_message" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "resent_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "telegram_update_waiting_idx" ON "telegram_update" USING btree ("bot_id","chat_id","update_id") WHERE "telegram_update"."payload" is not null;--> statement-breakpoint
CREATE INDEX "telegram_update_received_idx" ON "telegram_update" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "code_message_expiry_idx" ON "code_message" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "delivery_unknown_idx" ON "delivery" USING btree ("expires_at") WHERE "delivery"."state" = 'unknown' and "delivery"."resent_at" is null;