CREATE TABLE "signing_key" (
	"kid" text PRIMARY KEY NOT NULL,
	"x" text NOT NULL,
	"sealed" text,
	"signs_from" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"successor_wanted_at" timestamp with time zone,
	"token_life_seconds" integer NOT NULL,
	CONSTRAINT "signing_key_revoked_check" CHECK ("signing_key"."revoked_at" is null or "signing_key"."sealed" is null),
	CONSTRAINT "signing_key_token_life_check" CHECK ("signing_key"."token_life_seconds" > 0)
);
--> statement-breakpoint
CREATE INDEX "signing_key_signs_from_idx" ON "signing_key" USING btree ("signs_from");