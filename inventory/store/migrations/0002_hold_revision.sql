ALTER TABLE "reservation" DROP CONSTRAINT "reservation_status_check";--> statement-breakpoint
ALTER TABLE "reservation" ADD COLUMN "revision" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_revision_check" CHECK ("reservation"."revision" > 0);--> statement-breakpoint
ALTER TABLE "reservation" ADD CONSTRAINT "reservation_status_check" CHECK ("reservation"."status" in ('held', 'fulfilled', 'released', 'expired', 'returned'));--> statement-breakpoint
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_units_check" CHECK ("stock_level"."on_hand" <= 1000000000);--> statement-breakpoint
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_threshold_check" CHECK ("stock_level"."low_stock_threshold" >= 0);--> statement-breakpoint
ALTER TABLE "stock_level" ADD CONSTRAINT "stock_level_version_check" CHECK ("stock_level"."version" >= 0);--> statement-breakpoint
ALTER TABLE "stock_movement" ADD CONSTRAINT "stock_movement_version_check" CHECK ("stock_movement"."version_after" > 0);