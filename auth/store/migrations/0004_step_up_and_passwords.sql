CREATE TABLE "user_password" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "challenge" DROP CONSTRAINT "challenge_purpose_check";--> statement-breakpoint
ALTER TABLE "challenge" ADD COLUMN "session_id" uuid;--> statement-breakpoint
ALTER TABLE "user_password" ADD CONSTRAINT "user_password_user_id_app_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."app_user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Nobody has proved an address yet: of accounts that name the same one the oldest keeps it.
UPDATE "app_user" AS younger SET "email" = NULL WHERE EXISTS (SELECT 1 FROM "app_user" AS older WHERE lower(older."email") = lower(younger."email") AND older."id" < younger."id");--> statement-breakpoint
CREATE UNIQUE INDEX "app_user_email_key" ON "app_user" USING btree (lower("email"));--> statement-breakpoint
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_session_check" CHECK (("challenge"."purpose" = 'login') = ("challenge"."session_id" is null) and ("challenge"."session_id" is null or "challenge"."user_id" is not null));--> statement-breakpoint
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_purpose_check" CHECK ("challenge"."purpose" ~ '^(login|step-up(:[a-z.-]{1,31})?)$');