CREATE TABLE "product_import" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run" uuid NOT NULL,
	"state" text NOT NULL,
	"dry_run" boolean NOT NULL,
	"format" text,
	"bytes" bigint DEFAULT 0 NOT NULL,
	"total_bytes" bigint,
	"counts" jsonb NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"progress_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"problem" jsonb,
	"report" jsonb,
	"sha256" text,
	CONSTRAINT "product_import_state_known" CHECK ("product_import"."state" in ('running', 'done', 'failed', 'broken-off'))
);
--> statement-breakpoint
CREATE INDEX "product_import_started_idx" ON "product_import" USING btree ("started_at","id");