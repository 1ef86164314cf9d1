CREATE TABLE "chat_menu" (
	"chat_id" bigint PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"language" text,
	"retry_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "chat_question" (
	"chat_id" bigint NOT NULL,
	"message_id" bigint NOT NULL,
	"question" jsonb NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "chat_question_pkey" PRIMARY KEY("chat_id","message_id")
);
--> statement-breakpoint
CREATE TABLE "stock_snooze" (
	"user_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_snooze_pkey" PRIMARY KEY("user_id","sku")
);
--> statement-breakpoint
CREATE INDEX "chat_menu_user_idx" ON "chat_menu" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "chat_question_asked_idx" ON "chat_question" USING btree ("asked_at");--> statement-breakpoint
CREATE INDEX "stock_snooze_until_idx" ON "stock_snooze" USING btree ("until");--> statement-breakpoint
CREATE INDEX "chat_staff_idx" ON "chat" USING btree ("user_id") WHERE "chat"."role" <> 'customer';