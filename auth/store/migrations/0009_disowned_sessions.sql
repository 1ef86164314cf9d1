ALTER TABLE "session" ADD COLUMN "disowned_at" timestamp with time zone;--> statement-breakpoint
-- What was said before is written down in the audit log.
UPDATE "session" SET "disowned_at" = "audit_event"."at"
FROM "audit_event"
WHERE "audit_event"."session_id" = "session"."id" AND "audit_event"."kind" = 'session-denied';
