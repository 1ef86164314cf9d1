CREATE TABLE "parked_alert" (
	"queue" text PRIMARY KEY NOT NULL,
	"told_at" timestamp with time zone,
	"untold" integer NOT NULL,
	"types" text[] NOT NULL,
	CONSTRAINT "parked_alert_untold_check" CHECK ("parked_alert"."untold" >= 0)
);
