CREATE TABLE "catalogue_revision" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"revision" bigint NOT NULL,
	"identity" uuid DEFAULT gen_random_uuid() NOT NULL,
	CONSTRAINT "catalogue_revision_one_row" CHECK ("catalogue_revision"."id" = 1)
);
--> statement-breakpoint
INSERT INTO "catalogue_revision" ("revision") VALUES (0);
--> statement-breakpoint
-- Runs as a transaction commits, once for each row that it has changed: only then, so that the one row of the revision is locked for
-- no longer than a commit, and after every other lock. Whoever listens is told what has changed and which revision that made.
-- A row's xmin is the transaction that wrote it: so a transaction raises the revision once, however many rows it changed.
CREATE FUNCTION "tell_of_catalogue_change"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	raised bigint;
BEGIN
	UPDATE catalogue_revision SET revision = revision + 1 WHERE xmin <> pg_current_xact_id()::xid RETURNING revision INTO raised;
	IF raised IS NULL THEN
		SELECT revision INTO raised FROM catalogue_revision;
	END IF;
	IF TG_TABLE_NAME <> 'product' THEN
		PERFORM pg_notify('catalogue', json_build_object('revision', raised, 'categories', true)::text);
	ELSIF TG_OP = 'DELETE' THEN
		PERFORM pg_notify('catalogue', json_build_object('revision', raised,
			'product', json_build_object('id', OLD.id, 'slug', OLD.slug, 'sku', OLD.sku))::text);
	ELSE
		PERFORM pg_notify('catalogue', json_build_object('revision', raised,
			'product', json_build_object('id', NEW.id, 'slug', NEW.slug, 'sku', NEW.sku))::text);
	END IF;
	RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "product_told" AFTER INSERT OR UPDATE OR DELETE ON "product"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "tell_of_catalogue_change"();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "category_told" AFTER INSERT OR UPDATE OR DELETE ON "category"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "tell_of_catalogue_change"();
--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "category_tree_told" AFTER INSERT OR UPDATE OR DELETE ON "category_tree"
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "tell_of_catalogue_change"();
