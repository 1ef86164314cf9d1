CREATE TABLE "broadcast" (
	"id" uuid PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"texts" jsonb NOT NULL,
	"audience" jsonb NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"started_by" uuid,
	"started_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"recipients" integer,
	"unsettled" boolean DEFAULT false NOT NULL,
	"gone" jsonb DEFAULT '{"pending":0,"sent":0,"blocked":0,"unknown":0,"failed":0,"suppressed":0,"expired":0}'::jsonb NOT NULL,
	"pruned_at" timestamp with time zone,
	CONSTRAINT "broadcast_version_check" CHECK ("broadcast"."version" > 0),
	CONSTRAINT "broadcast_started_check" CHECK (("broadcast"."state" = 'draft') = ("broadcast"."started_at" is null) and ("broadcast"."started_at" is null) = ("broadcast"."recipients" is null)),
	CONSTRAINT "broadcast_ended_check" CHECK (("broadcast"."state" in ('done', 'cancelled')) = ("broadcast"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "broadcast_recipient" (
	"broadcast_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	CONSTRAINT "broadcast_recipient_pkey" PRIMARY KEY("broadcast_id","user_id")
);
--> statement-breakpoint
CREATE INDEX "broadcast_unsettled_idx" ON "broadcast" USING btree ("started_at") WHERE "broadcast"."unsettled";--> statement-breakpoint
CREATE INDEX "broadcast_ended_idx" ON "broadcast" USING btree ("ended_at") WHERE "broadcast"."pruned_at" is null;--> statement-breakpoint
CREATE INDEX "broadcast_recipient_user_idx" ON "broadcast_recipient" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "delivery_broadcast_idx" ON "delivery" USING btree (("notice" ->> 'broadcastId'),"state") WHERE "delivery"."class" = 'broadcast';