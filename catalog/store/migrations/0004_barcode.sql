ALTER TABLE "product" ADD COLUMN "barcode" text;--> statement-breakpoint
CREATE INDEX "product_barcode_idx" ON "product" USING btree ("barcode") WHERE "product"."deleted_at" is null and "product"."barcode" is not null;--> statement-breakpoint
ALTER TABLE "product" ADD CONSTRAINT "product_barcode_length" CHECK (char_length("product"."barcode") between 1 and 64);