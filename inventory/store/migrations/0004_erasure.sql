CREATE TABLE "erased_person" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"erasure_id" uuid NOT NULL,
	"begun_at" timestamp with time zone NOT NULL,
	"erased" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE INDEX "stock_movement_staff_idx" ON "stock_movement" USING btree ("actor_id","sku","version_after") WHERE "stock_movement"."actor_kind" = 'staff';