ALTER TABLE "saga" DROP CONSTRAINT "saga_step_known";--> statement-breakpoint
ALTER TABLE "customer_order" ADD COLUMN "payment" jsonb DEFAULT '{"provider":"manual"}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "customer_order" ADD COLUMN "archived_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "saga" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "saga" ADD CONSTRAINT "saga_step_known" CHECK ("saga"."step" in ('reserving', 'paying', 'securing', 'confirmed', 'changing', 'fulfilling', 'shipped', 'returning', 'returned', 'releasing', 'voiding', 'cancelled', 'rejected'));