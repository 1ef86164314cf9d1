CREATE TABLE "erased_person" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "order_timeline_staff_idx" ON "order_timeline" USING btree ("actor_id","id") WHERE "order_timeline"."actor_kind" = 'staff';--> statement-breakpoint
-- By hand: events with words that somebody typed in, so that an erasure finds what is still in the outbox. Few have any.
CREATE INDEX "outbox_reason_idx" ON "outbox" USING btree ("aggregate") WHERE ("event" #>> '{data,reason}') is not null;
