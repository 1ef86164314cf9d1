CREATE SEQUENCE "public"."order_number" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "customer_order" (
	"id" uuid PRIMARY KEY NOT NULL,
	"number" text DEFAULT 'K-' || to_char(nextval('order_number'), 'FM999999999999000000') NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text NOT NULL,
	"version" integer NOT NULL,
	"currency" text NOT NULL,
	"total_minor" bigint NOT NULL,
	"note" text,
	"address" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "customer_order_status_known" CHECK ("customer_order"."status" in ('pending', 'confirmed', 'rejected', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')),
	CONSTRAINT "customer_order_total_not_negative" CHECK ("customer_order"."total_minor" >= 0),
	CONSTRAINT "customer_order_version_positive" CHECK ("customer_order"."version" > 0),
	CONSTRAINT "customer_order_currency_code" CHECK ("customer_order"."currency" ~ '^[A-Z]{3}$')
);
--> statement-breakpoint
CREATE TABLE "order_line" (
	"id" uuid PRIMARY KEY NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"sku" text NOT NULL,
	"product_id" uuid NOT NULL,
	"name" text NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	CONSTRAINT "order_line_quantity_in_range" CHECK ("order_line"."quantity" between 1 and 10000),
	CONSTRAINT "order_line_price_not_negative" CHECK ("order_line"."unit_price_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "order_timeline" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "order_timeline_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"order_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"what" text NOT NULL,
	"cause" text
);
--> statement-breakpoint
CREATE TABLE "product_replica" (
	"id" uuid PRIMARY KEY NOT NULL,
	"sku" text NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"status" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "product_replica_version_positive" CHECK ("product_replica"."version" > 0),
	CONSTRAINT "product_replica_price_not_negative" CHECK ("product_replica"."price_minor" >= 0)
);
--> statement-breakpoint
CREATE TABLE "saga" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"step" text NOT NULL,
	"version" integer NOT NULL,
	"attempts" integer NOT NULL,
	"next_at" timestamp with time zone,
	"payload" jsonb NOT NULL,
	"origin" jsonb NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "saga_step_known" CHECK ("saga"."step" in ('reserving', 'paying', 'confirmed', 'fulfilling', 'shipped', 'releasing', 'cancelled', 'rejected')),
	CONSTRAINT "saga_unfinished_is_due" CHECK (("saga"."finished_at" is null) = ("saga"."next_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "user_replica" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"phone" text,
	"role" text NOT NULL,
	"status" text NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	CONSTRAINT "user_replica_version_positive" CHECK ("user_replica"."version" > 0)
);
--> statement-breakpoint
CREATE TABLE "idempotency_key" (
	"principal" text NOT NULL,
	"route" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_key_pkey" PRIMARY KEY("principal","route","key")
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"queue" text NOT NULL,
	"event_id" uuid NOT NULL,
	"handled_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_pkey" PRIMARY KEY("queue","event_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"position" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"exchange" text NOT NULL,
	"event" jsonb NOT NULL,
	"aggregate" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"published_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_lease" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" uuid NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "parked_message" (
	"id" uuid PRIMARY KEY NOT NULL,
	"queue" text NOT NULL,
	"event" jsonb,
	"raw" text,
	"error" text NOT NULL,
	"attempts" integer NOT NULL,
	"parked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"state" text DEFAULT 'parked' NOT NULL,
	"resolved_at" timestamp with time zone,
	"resolution" text
);
--> statement-breakpoint
ALTER TABLE "order_line" ADD CONSTRAINT "order_line_order_id_customer_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."customer_order"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_timeline" ADD CONSTRAINT "order_timeline_order_id_customer_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."customer_order"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "saga" ADD CONSTRAINT "saga_order_id_customer_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."customer_order"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "customer_order_number_key" ON "customer_order" USING btree ("number");--> statement-breakpoint
CREATE INDEX "customer_order_user_idx" ON "customer_order" USING btree ("user_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "customer_order_status_idx" ON "customer_order" USING btree ("status","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "order_line_position_key" ON "order_line" USING btree ("order_id","position");--> statement-breakpoint
CREATE INDEX "order_timeline_order_idx" ON "order_timeline" USING btree ("order_id","id");--> statement-breakpoint
CREATE INDEX "product_replica_sku_idx" ON "product_replica" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "saga_due_idx" ON "saga" USING btree ("next_at") WHERE "saga"."finished_at" is null;--> statement-breakpoint
CREATE INDEX "idempotency_key_created_idx" ON "idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbox_handled_idx" ON "inbox" USING btree ("handled_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished_idx" ON "outbox" USING btree ("position") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_published_idx" ON "outbox" USING btree ("published_at") WHERE "outbox"."published_at" is not null;--> statement-breakpoint
CREATE INDEX "parked_message_state_idx" ON "parked_message" USING btree ("state","id");