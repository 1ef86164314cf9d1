ALTER TABLE "stock_level" ADD COLUMN "told" text DEFAULT 'enough' NOT NULL;--> statement-breakpoint
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_told_check" CHECK ("stock_level"."told" in ('enough', 'low', 'out'));--> statement-breakpoint
-- What is low or out already has been told of: it is not told again at its next change.
UPDATE "stock_level" SET "told" = CASE WHEN "on_hand" = "reserved" THEN 'out' ELSE 'low' END
WHERE "on_hand" - "reserved" <= "low_stock_threshold" AND NOT "deleted";
