CREATE TABLE "erased_person" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "erasure" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"user_version" integer NOT NULL,
	"requested_by" text NOT NULL,
	"secret_hash" text,
	"telegram_user_id" bigint,
	"language" text,
	"requested_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "erasure_user_id_key" UNIQUE("user_id")
);
--> statement-breakpoint
CREATE TABLE "erasure_part" (
	"erasure_id" uuid NOT NULL,
	"part" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_at" timestamp with time zone,
	"erased" jsonb NOT NULL,
	"kept" jsonb NOT NULL,
	"outcome" text,
	"answered_at" timestamp with time zone,
	CONSTRAINT "erasure_part_pkey" PRIMARY KEY("erasure_id","part"),
	CONSTRAINT "erasure_part_due_check" CHECK (("erasure_part"."state" = 'waiting') = ("erasure_part"."next_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "erasure_part" ADD CONSTRAINT "erasure_part_erasure_id_erasure_id_fk" FOREIGN KEY ("erasure_id") REFERENCES "public"."erasure"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "erasure_part_due_idx" ON "erasure_part" USING btree ("next_at") WHERE "erasure_part"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "audit_event_actor_idx" ON "audit_event" USING btree ("actor_id","id") WHERE "audit_event"."actor_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_event_challenge_idx" ON "audit_event" USING btree ("challenge_id") WHERE "audit_event"."challenge_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_event_telegram_idx" ON "audit_event" USING btree ("telegram_user_id") WHERE "audit_event"."telegram_user_id" is not null;--> statement-breakpoint
-- By hand: whose account an event tells of, so that an erasure finds what is still in the outbox.
CREATE INDEX "outbox_person_idx" ON "outbox" USING btree ((coalesce("event" #>> '{data,user,id}', "event" #>> '{data,userId}')));
