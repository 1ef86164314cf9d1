CREATE TABLE "erased_person" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL
);
