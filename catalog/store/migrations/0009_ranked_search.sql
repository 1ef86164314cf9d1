-- How well a product fits a text: search-relevance.ts says what the ranks mean. Written so that it becomes a part of the statement that asks.
CREATE FUNCTION search_rank(sku_key text, barcode_key text, name text, words tsvector, phrase text, code text, whole tsquery, named tsquery, anywhere tsquery)
RETURNS int LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN sku_key = code OR barcode_key = code THEN 800
		WHEN name = phrase THEN 700
		WHEN starts_with(name, phrase || ' ') THEN 600
		WHEN starts_with(name, phrase) THEN 500
		WHEN starts_with(sku_key, code) THEN 400
		WHEN words @@ whole THEN 300
		WHEN words @@ named THEN 200
		ELSE 100 + least(99, (100 * ts_rank(words, anywhere))::int)
	END
$$;--> statement-breakpoint
-- A page of what a text finds, by rank. A function, since its plan is the same whatever is asked, while making it takes longer than the search:
-- this is how a plan is kept on connections that make them anew for the values. What is switched off would be right for other statistics only.
-- Looks at `asked_most` products; where there are more and `asked_refusal`, answers one row without a product that says how many there were.
CREATE FUNCTION search_ranked(
	asked_anywhere text, asked_named text, asked_whole text, asked_phrase text, asked_code text, asked_attributes text, asked_status text,
	asked_categories uuid[], asked_min_price bigint, asked_max_price bigint, asked_in_stock boolean,
	asked_after_key bigint, asked_after_id uuid, asked_most int, asked_refusal boolean, asked_rows int)
RETURNS TABLE (product json, available bigint, stock_version bigint, key float8, matches int) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
	anywhere_query tsquery := asked_anywhere;
	named_query tsquery := asked_named;
	whole_query tsquery := asked_whole;
	all_query tsquery := CASE WHEN asked_attributes IS NULL THEN anywhere_query ELSE anywhere_query && asked_attributes::tsquery END;
BEGIN
	RETURN QUERY
	WITH found AS MATERIALIZED (
		SELECT s.product_id, s.sku_key, s.barcode_key, s.name, s.words FROM product_search AS s
		WHERE s.words @@ all_query
			AND (asked_status IS NULL OR s.status = asked_status)
			AND (asked_categories IS NULL OR s.category_id = ANY (asked_categories))
			AND (asked_min_price IS NULL OR s.price_minor >= asked_min_price)
			AND (asked_max_price IS NULL OR s.price_minor <= asked_max_price)
			AND (asked_in_stock IS NULL OR asked_in_stock = coalesce(
				(SELECT r.exists AND r.available > 0 FROM stock_replica AS r WHERE r.sku = s.sku), false))
		LIMIT asked_most
	),
	counted AS MATERIALIZED (SELECT count(*)::int AS matches FROM found),
	keyed AS (
		SELECT found.product_id, search_rank(found.sku_key, found.barcode_key, found.name, found.words, asked_phrase, asked_code,
				whole_query, named_query, anywhere_query)::bigint * 1099511627776
			+ coalesce((SELECT u.units FROM product_sales AS u WHERE u.product_id = found.product_id), 0) AS key
		FROM found WHERE NOT asked_refusal OR (SELECT counted.matches FROM counted) < asked_most
	),
	page AS (
		SELECT keyed.product_id, keyed.key FROM keyed
		WHERE asked_after_key IS NULL OR (keyed.key, keyed.product_id) < (asked_after_key, asked_after_id)
		ORDER BY keyed.key DESC, keyed.product_id DESC LIMIT asked_rows
	),
	listed AS (
		SELECT to_json(product), CASE WHEN r.exists THEN r.available ELSE 0 END, r.version, page.key::float8, (SELECT counted.matches FROM counted)
		FROM page JOIN product ON product.id = page.product_id LEFT JOIN stock_replica AS r ON r.sku = product.sku
		ORDER BY page.key DESC, page.product_id DESC
	)
	SELECT * FROM listed
	UNION ALL
	SELECT null, 0, null, 0, counted.matches FROM counted WHERE asked_refusal AND counted.matches >= asked_most;
END $$;
