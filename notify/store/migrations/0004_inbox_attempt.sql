CREATE TABLE "inbox_attempt" (
	"queue" text NOT NULL,
	"event_id" uuid NOT NULL,
	"attempts" integer NOT NULL,
	"process" uuid,
	"begun_at" timestamp with time zone NOT NULL,
	CONSTRAINT "inbox_attempt_pkey" PRIMARY KEY("queue","event_id")
);
