ALTER TABLE "category" ADD COLUMN "position" integer DEFAULT 1000000 NOT NULL;--> statement-breakpoint
ALTER TABLE "category" ADD CONSTRAINT "category_position_not_negative" CHECK ("category"."position" >= 0);--> statement-breakpoint
-- Siblings stood by name, as people sort: so they go on to, where the server has that collation.
DO $$
DECLARE
	by_name text := CASE WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'en-x-icu')
		THEN 'name COLLATE "en-x-icu"' ELSE 'lower(name)' END;
BEGIN
	EXECUTE format(
		'UPDATE category SET position = placed.nth
		 FROM (SELECT id, row_number() OVER (PARTITION BY parent_id ORDER BY %s, id) - 1 AS nth FROM category) AS placed
		 WHERE placed.id = category.id', by_name);
END $$;
