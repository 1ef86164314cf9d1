ALTER TABLE "session" ADD COLUMN "proved_at" timestamp with time zone;--> statement-breakpoint
-- Sessions that began with a code from the chat have been proved by it.
UPDATE "session" SET "proved_at" = "session"."created_at"
FROM "audit_event"
WHERE "audit_event"."session_id" = "session"."id" AND "audit_event"."kind" = 'signed-in' AND "audit_event"."detail" = 'code'
  AND "session"."revoked_at" IS NULL AND "session"."expires_at" > now();--> statement-breakpoint
CREATE INDEX "session_user_id_last_used_at_idx" ON "session" USING btree ("user_id","last_used_at");--> statement-breakpoint
DROP INDEX "session_user_id_idx";--> statement-breakpoint
-- The Telegram account is the identity: an account may come to one and may be erased, and never goes over to another.
CREATE FUNCTION "app_user_keep_telegram"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'account % keeps its Telegram account', OLD.id
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'app_user_keep_telegram';
END $$;--> statement-breakpoint
CREATE TRIGGER "app_user_keep_telegram" BEFORE UPDATE OF "telegram_user_id" ON "app_user"
FOR EACH ROW WHEN (OLD.telegram_user_id IS NOT NULL AND NEW.telegram_user_id IS NOT NULL AND NEW.telegram_user_id <> OLD.telegram_user_id)
EXECUTE FUNCTION "app_user_keep_telegram"();
