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
CREATE TABLE "reservation" (
	"order_id" uuid PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reservation_status_check" CHECK ("reservation"."status" in ('held', 'fulfilled', 'released', 'expired'))
);
--> statement-breakpoint
CREATE TABLE "reservation_line" (
	"order_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"quantity" integer NOT NULL,
	CONSTRAINT "reservation_line_pkey" PRIMARY KEY("order_id","sku"),
	CONSTRAINT "reservation_line_quantity_check" CHECK ("reservation_line"."quantity" > 0)
);
--> statement-breakpoint
CREATE TABLE "stock_level" (
	"sku" text PRIMARY KEY NOT NULL,
	"on_hand" integer NOT NULL,
	"reserved" integer NOT NULL,
	"version" integer NOT NULL,
	"low_stock_threshold" integer NOT NULL,
	"deleted" boolean DEFAULT false NOT NULL,
	"changed_tx" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_level_on_hand_check" CHECK ("stock_level"."on_hand" >= 0),
	CONSTRAINT "stock_level_reserved_check" CHECK ("stock_level"."reserved" >= 0),
	CONSTRAINT "stock_level_available_check" CHECK ("stock_level"."on_hand" - "stock_level"."reserved" >= 0),
	CONSTRAINT "stock_level_deleted_check" CHECK (not "stock_level"."deleted" or "stock_level"."on_hand" = 0)
);
--> statement-breakpoint
CREATE TABLE "stock_movement" (
	"sku" text NOT NULL,
	"version_after" integer NOT NULL,
	"kind" text NOT NULL,
	"on_hand_delta" integer NOT NULL,
	"reserved_delta" integer NOT NULL,
	"on_hand_after" integer NOT NULL,
	"reserved_after" integer NOT NULL,
	"reason" text,
	"note" text,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"order_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "stock_movement_pkey" PRIMARY KEY("sku","version_after"),
	CONSTRAINT "stock_movement_after_check" CHECK ("stock_movement"."on_hand_after" >= 0 and "stock_movement"."reserved_after" >= 0 and "stock_movement"."on_hand_after" - "stock_movement"."reserved_after" >= 0)
);
--> statement-breakpoint
ALTER TABLE "reservation_line" ADD CONSTRAINT "reservation_line_order_id_reservation_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."reservation"("order_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_key_created_idx" ON "idempotency_key" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "inbox_handled_idx" ON "inbox" USING btree ("handled_at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_id_key" ON "outbox" USING btree ("id");--> statement-breakpoint
CREATE INDEX "outbox_unpublished_idx" ON "outbox" USING btree ("position") WHERE "outbox"."published_at" is null;--> statement-breakpoint
CREATE INDEX "outbox_published_idx" ON "outbox" USING btree ("published_at") WHERE "outbox"."published_at" is not null;--> statement-breakpoint
CREATE INDEX "parked_message_state_idx" ON "parked_message" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "reservation_due_idx" ON "reservation" USING btree ("expires_at") WHERE "reservation"."status" = 'held';--> statement-breakpoint
CREATE INDEX "reservation_status_idx" ON "reservation" USING btree ("status","order_id");--> statement-breakpoint
CREATE INDEX "reservation_line_sku_idx" ON "reservation_line" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "stock_level_changed_idx" ON "stock_level" USING btree ("changed_tx","sku");