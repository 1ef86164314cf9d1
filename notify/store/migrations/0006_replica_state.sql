CREATE TABLE "replica_state" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" text,
	"filled_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
