-- The ledger is what the counters can be recomputed from: nobody changes a movement, a mistake is corrected by another one.
CREATE FUNCTION "refuse_ledger_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'stock_movement is append-only: correct it by another movement' USING ERRCODE = 'restrict_violation';
END;
$$;
--> statement-breakpoint
CREATE TRIGGER "stock_movement_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "stock_movement"
FOR EACH STATEMENT EXECUTE FUNCTION "refuse_ledger_change"();
