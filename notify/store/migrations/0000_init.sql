CREATE TABLE "chat" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"chat_id" bigint,
	"kind" text DEFAULT 'private' NOT NULL,
	"state" text NOT NULL,
	"language" text NOT NULL,
	"role" text NOT NULL,
	"user_version" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_chat_id_key" UNIQUE("chat_id"),
	CONSTRAINT "chat_user_version_check" CHECK ("chat"."user_version" > 0),
	CONSTRAINT "chat_deleted_check" CHECK ("chat"."state" <> 'deleted' or "chat"."chat_id" is null)
);
--> statement-breakpoint
CREATE TABLE "code_message" (
	"chat_id" bigint NOT NULL,
	"message_id" bigint NOT NULL,
	"challenge_id" uuid NOT NULL,
	"sent_at" timestamp with time zone NOT NULL,
	CONSTRAINT "code_message_pkey" PRIMARY KEY("chat_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"id" uuid PRIMARY KEY NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "delivery_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"dedupe_key" text NOT NULL,
	"class" text NOT NULL,
	"user_id" uuid NOT NULL,
	"chat_id" bigint,
	"notice" jsonb NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"telegram_message_id" bigint,
	"reason" text,
	"next_at" timestamp with time zone NOT NULL,
	"send_deadline" timestamp with time zone,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_dedupe_key" UNIQUE("dedupe_key"),
	CONSTRAINT "delivery_attempts_check" CHECK ("delivery"."attempts" >= 0),
	CONSTRAINT "delivery_deadline_check" CHECK (("delivery"."state" = 'sending') = ("delivery"."send_deadline" is not null))
);
--> statement-breakpoint
CREATE TABLE "order_card" (
	"order_id" uuid NOT NULL,
	"chat_id" bigint NOT NULL,
	"message_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "order_card_pkey" PRIMARY KEY("order_id","chat_id")
);
--> statement-breakpoint
CREATE TABLE "telegram_bind" (
	"chat_id" bigint PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"principal" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_key_pkey" PRIMARY KEY("principal","route","key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"queue" text NOT NULL,
	"event_id" uuid NOT NULL,
	"handled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_pkey" PRIMARY KEY("queue","event_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"exchange" text NOT NULL,
	"event" jsonb NOT NULL,
	"aggregate" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "parked_message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"event" jsonb,
	"raw" text,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"parked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text DEFAULT 'parked' NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolution" text
);
--> statement-breakpoint
CREATE INDEX "chat_admin_idx" ON "chat" USING btree ("user_id") WHERE "chat"."role" = 'admin';--> statement-breakpoint
CREATE INDEX "code_message_challenge_idx" ON "code_message" USING btree ("challenge_id");--> statement-breakpoint
CREATE INDEX "delivery_pending_idx" ON "delivery" USING btree ("next_at") WHERE "delivery"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "delivery_lane_idx" ON "delivery" USING btree ("user_id","position") WHERE "delivery"."state" in ('pending', 'sending');--> statement-breakpoint
CREATE INDEX "delivery_sending_idx" ON "delivery" USING btree ("send_deadline") WHERE "delivery"."state" = 'sending';--> statement-breakpoint
CREATE INDEX "delivery_user_idx" ON "delivery" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "delivery_state_idx" ON "delivery" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "idempotency_key_created_idx" ON "idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbox_handled_idx" ON "inbox" USING btree ("handled_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished_idx" ON "outbox" USING btree ("position") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_published_idx" ON "outbox" USING btree ("published_at") WHERE "outbox"."published_at" is not null;--> statement-breakpoint
CREATE INDEX "parked_message_state_idx" ON "parked_message" USING btree ("state","id");