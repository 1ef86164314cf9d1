CREATE TABLE "bot_pace" (
	"bot_id" text PRIMARY KEY NOT NULL,
	"used_until" timestamp with time zone NOT NULL,
	"paused_until" timestamp with time zone NOT NULL,
	"flooded_chat" bigint,
	"flooded_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "chat_pace" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"used_until" timestamp with time zone NOT NULL,
	"held_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery_lane" (
	"user_id" uuid NOT NULL,
	"lane" smallint NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"used_until" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_lane_pkey" PRIMARY KEY("user_id","lane")
);
--> statement-breakpoint
CREATE TABLE "stock_told" (
	"sku" text PRIMARY KEY NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
DROP INDEX "delivery_order_idx";--> statement-breakpoint
DROP INDEX "delivery_lane_idx";--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "lane" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "chat_pace_used_idx" ON "chat_pace" USING btree ("used_until");--> statement-breakpoint
CREATE INDEX "delivery_lane_due_idx" ON "delivery_lane" USING btree ("lane","due_at");--> statement-breakpoint
CREATE INDEX "delivery_waiting_idx" ON "delivery" USING btree ("user_id","lane","position") WHERE "delivery"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "delivery_expiry_idx" ON "delivery" USING btree ("expires_at") WHERE "delivery"."state" = 'pending';--> statement-breakpoint
UPDATE "delivery" SET "lane" = 2 WHERE "state" = 'pending' AND "class" = 'admin_alert';--> statement-breakpoint
INSERT INTO "delivery_lane" ("user_id", "lane", "due_at", "used_until")
SELECT DISTINCT "user_id", "lane", now(), now() FROM "delivery" WHERE "state" = 'pending';
