-- In two steps, so that the table is not written anew: deliveries from before this are changed by no transaction that a reader looks for.
ALTER TABLE "delivery" ADD COLUMN "changed_tx" "xid8" DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "delivery" ALTER COLUMN "changed_tx" SET DEFAULT pg_current_xact_id();--> statement-breakpoint
CREATE INDEX "delivery_changed_idx" ON "delivery" USING btree ("changed_tx","id") WHERE "delivery"."state" <> 'sending';--> statement-breakpoint
-- Many statements move deliveries from state to state; none of them can forget to say so.
CREATE FUNCTION "note_delivery_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_tx := pg_current_xact_id();
  RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "delivery_changed" BEFORE UPDATE OF "state" ON "delivery"
FOR EACH ROW WHEN (OLD."state" IS DISTINCT FROM NEW."state" AND NEW."state" <> 'sending')
EXECUTE FUNCTION "note_delivery_change"();
