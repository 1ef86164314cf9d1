CREATE TABLE "app_user" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"phone" text,
	"telegram_user_id" bigint,
	"name" text NOT NULL,
	"username" text,
	"email" text,
	"language" text NOT NULL,
	"timezone" text NOT NULL,
	"role" text NOT NULL,
	"status" text NOT NULL,
	"phone_released_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "app_user_version_check" CHECK ("app_user"."version" > 0),
	CONSTRAINT "app_user_phone_check" CHECK ("app_user"."phone" ~ '^[+][1-9][0-9]{6,14}$'),
	CONSTRAINT "app_user_telegram_user_id_check" CHECK ("app_user"."telegram_user_id" > 0),
	CONSTRAINT "app_user_deleted_check" CHECK ("app_user"."deleted_at" is null or coalesce("app_user"."phone", "app_user"."username", "app_user"."email") is null),
	CONSTRAINT "app_user_role_check" CHECK ("app_user"."role" in ('customer', 'staff', 'admin')),
	CONSTRAINT "app_user_status_check" CHECK ("app_user"."status" in ('active', 'blocked'))
);
--> statement-breakpoint
CREATE TABLE "audit_event" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"user_id" uuid,
	"actor_id" uuid,
	"session_id" uuid,
	"challenge_id" uuid,
	"telegram_user_id" bigint,
	"ip" text,
	"user_agent" text,
	"detail" text,
	"request_id" text
);
--> statement-breakpoint
CREATE TABLE "challenge" (
	"id" uuid PRIMARY KEY NOT NULL,
	"secret_hash" text NOT NULL,
	"nonce_hash" text NOT NULL,
	"purpose" text NOT NULL,
	"phone" text,
	"digits" smallint NOT NULL,
	"ask_count" smallint DEFAULT 1 NOT NULL,
	"last_asked_at" timestamp with time zone NOT NULL,
	"send_count" smallint DEFAULT 0 NOT NULL,
	"last_sent_at" timestamp with time zone,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"malformed" smallint DEFAULT 0 NOT NULL,
	"opened_by" bigint,
	"opened_at" timestamp with time zone,
	"user_id" uuid,
	"chat_id" bigint,
	"expires_at" timestamp with time zone NOT NULL,
	"consumed_at" timestamp with time zone,
	"denied_at" timestamp with time zone,
	"asked_from" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "challenge_purpose_check" CHECK ("challenge"."purpose" in ('login')),
	CONSTRAINT "challenge_digits_check" CHECK ("challenge"."digits" in (6, 8)),
	CONSTRAINT "challenge_ask_count_check" CHECK ("challenge"."ask_count" between 1 and 3),
	CONSTRAINT "challenge_send_count_check" CHECK ("challenge"."send_count" between 0 and 3),
	CONSTRAINT "challenge_attempts_check" CHECK ("challenge"."attempts" between 0 and 5),
	CONSTRAINT "challenge_sent_check" CHECK ("challenge"."send_count" = 0 or "challenge"."user_id" is not null),
	CONSTRAINT "challenge_consumed_check" CHECK ("challenge"."consumed_at" is null or "challenge"."send_count" > 0)
);
--> statement-breakpoint
CREATE TABLE "refresh_token" (
	"hash" text PRIMARY KEY NOT NULL,
	"session_id" uuid NOT NULL,
	"parent_hash" text,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"challenge_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"user_agent" text NOT NULL,
	"ip" text NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoke_reason" text,
	CONSTRAINT "session_revoke_reason_check" CHECK ("session"."revoke_reason" in ('logout', 'logout-all', 'reuse', 'admin', 'blocked', 'rebound', 'deleted')),
	CONSTRAINT "session_revoked_check" CHECK (("session"."revoked_at" is null) = ("session"."revoke_reason" is null)),
	CONSTRAINT "session_expires_at_check" CHECK ("session"."expires_at" > "session"."created_at")
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
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_session_id_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_token" ADD CONSTRAINT "refresh_token_parent_hash_refresh_token_hash_fk" FOREIGN KEY ("parent_hash") REFERENCES "public"."refresh_token"("hash") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_phone_key" ON "app_user" USING btree ("phone");--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_telegram_user_id_key" ON "app_user" USING btree ("telegram_user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_username_key" ON "app_user" USING btree (lower("username"));--> statement-breakpoint
CREATE INDEX "audit_event_user_id_idx" ON "audit_event" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "audit_event_kind_idx" ON "audit_event" USING btree ("kind","id");--> statement-breakpoint
CREATE UNIQUE INDEX "challenge_nonce_hash_key" ON "challenge" USING btree ("nonce_hash");--> statement-breakpoint
CREATE INDEX "challenge_opened_by_idx" ON "challenge" USING btree ("opened_by","opened_at");--> statement-breakpoint
CREATE INDEX "challenge_user_id_idx" ON "challenge" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "challenge_expires_at_idx" ON "challenge" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_token_parent_hash_key" ON "refresh_token" USING btree ("parent_hash");--> statement-breakpoint
CREATE INDEX "refresh_token_session_id_idx" ON "refresh_token" USING btree ("session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "session_challenge_id_key" ON "session" USING btree ("challenge_id");--> statement-breakpoint
CREATE INDEX "session_user_id_idx" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_expires_at_idx" ON "session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "session_revoked_at_idx" ON "session" USING btree ("revoked_at") WHERE "session"."revoked_at" is not null;--> statement-breakpoint
CREATE INDEX "idempotency_key_created_idx" ON "idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbox_handled_idx" ON "inbox" USING btree ("handled_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished_idx" ON "outbox" USING btree ("position") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_published_idx" ON "outbox" USING btree ("published_at") WHERE "outbox"."published_at" is not null;--> statement-breakpoint
CREATE INDEX "parked_message_state_idx" ON "parked_message" USING btree ("state","id");