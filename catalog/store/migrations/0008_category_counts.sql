DROP INDEX "product_category_idx";--> statement-breakpoint
CREATE INDEX "product_category_idx" ON "product" USING btree ("category_id","status") WHERE "product"."deleted_at" is null;