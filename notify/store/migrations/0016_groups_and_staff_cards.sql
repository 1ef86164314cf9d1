CREATE TABLE "staff_card" (
	"order_id" uuid NOT NULL,
	"chat_id" bigint NOT NULL,
	"message_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "staff_card_pkey" PRIMARY KEY("order_id","chat_id")
);
--> statement-breakpoint
CREATE INDEX "staff_card_chat_idx" ON "staff_card" USING btree ("chat_id");--> statement-breakpoint
CREATE INDEX "chat_group_idx" ON "chat" USING btree ("user_id") WHERE "chat"."kind" = 'group';--> statement-breakpoint
ALTER TABLE "chat" ADD CONSTRAINT "chat_group_check" CHECK ("chat"."kind" <> 'group' or "chat"."role" = 'customer');