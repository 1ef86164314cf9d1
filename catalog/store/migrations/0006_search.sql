CREATE TABLE "product_search" (
	"product_id" uuid PRIMARY KEY NOT NULL,
	"sku" text NOT NULL,
	"sku_key" text NOT NULL,
	"barcode_key" text,
	"name" text NOT NULL,
	"status" text NOT NULL,
	"price_minor" bigint NOT NULL,
	"category_id" uuid,
	"attributes" text[] NOT NULL,
	"words" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_word" (
	"word" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "product_search_idx";--> statement-breakpoint
-- The rule of catalog/domain/search-text.ts, which says why; a test compares the two. Most text is ASCII, at the latest when it is
-- folded, and has a faster way.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	IF octet_length(value) = char_length(value) THEN
		RETURN lower(value COLLATE "C");
	END IF;
	value := lower(normalize(translate(value, '™℠©®', '    '), NFKD) COLLATE "C");
	value := regexp_replace(value, '[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u061c\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]', '', 'g');
	IF octet_length(value) = char_length(value) THEN
		RETURN value;
	END IF;
	-- Script by script, and only where there is such a letter: `translate` compares each letter of the text with each of its list.
	IF value ~ '[०१२३४५६७८९۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩]' THEN
		value := translate(value, '०१२३४५६७८९۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '012345678901234567890123456789');
	END IF;
	IF value ~ '[ךםןףץ]' THEN
		value := translate(value, 'ךםןףץ', 'כמנפצ');
	END IF;
	IF value ~ '[يىےكةەھہٱ]' THEN
		value := translate(value, 'يىےكةەھہٱ', 'یییکهههها');
	END IF;
	IF value ~ '[ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ]' THEN
		value := translate(value, 'ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ', 'աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ');
	END IF;
	IF value ~ '[ЂЄЅІЈЉЊЋЏҐҒҖҚҢҮҰҲҺӘӨАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ]' THEN
		value := translate(value, 'ЂЄЅІЈЉЊЋЏҐҒҖҚҢҮҰҲҺӘӨАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ', 'ђєѕіјљњћџґғҗқңүұҳһәөабвгдежзиклмнопрстуфхцчшщъыьэюя');
	END IF;
	IF value ~ '[ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς]' THEN
		value := translate(value, 'ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩς', 'αβγδεζηθικλμνξοπρστυφχψωσ');
	END IF;
	IF value ~ '[ÐðĐđØøŁłĦħŦŧıŋƏəÆŒÞẞŊĸ]' THEN
		value := translate(value, 'ÐðĐđØøŁłĦħŦŧıŋƏəÆŒÞẞŊĸ', 'ddddoollhhttineeæœþßnk');
	END IF;
	RETURN replace(replace(replace(replace(value, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
END $$;--> statement-breakpoint
-- Blanks where a word ends; joiners stay.
CREATE FUNCTION search_spaced(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	folded text := search_fold(value);
BEGIN
	IF octet_length(folded) = char_length(folded) THEN
		-- All of ASCII but small letters, digits and joiners; `translate` would compare each letter with each of them.
		RETURN regexp_replace(folded COLLATE "C", '[^a-z0-9 ''.-]', ' ', 'g');
	END IF;
	RETURN regexp_replace(folded, '[\u0001-&(-,/:-@\[-`{-\u00bf\u00d7\u00f7\u02c2-\u02c5\u02d2-\u02df\u02e5-\u02eb\u02ed\u02ef-\u02ff\u0375\u03f6\u0482\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u0600-\u060f\u061b\u061d-\u061f\u066a-\u066d\u06d4\u06dd\u06de\u06e9\u06fd\u06fe\u0964\u0965\u0970\u0e3f\u0e4f\u0e5a\u0e5b\u10fb\u1360-\u1368\u1680\u2000-\u200a\u2011-\u2018\u201a-\u2029\u202f-\u205f\u2065\u206a-\u206f\u20a0-\u20cf\u2104-\u2114\u2116-\u212e\u213a-\u214d\u214f\u2190-\u244a\u2500-\u2775\u2794-\u2bff\u2e00-\u2e2e\u2e30-\u2fff\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30a0\u30fb\u3190\u3191\u31c0-\u31ef\u4dc0-\u4dff\ufd3e\ufd3f\ufe10-\ufe1f\ufe30-\ufe6f\ufff0-\uffff\U0001d000-\U0001d1ff\U0001f000-\U0001faff\U000e0000-\U000e0fff]', ' ', 'g');
END $$;--> statement-breakpoint
-- Every word at least once, with a blank between two.
CREATE FUNCTION search_words(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	spaced text := search_spaced(value);
	joined text := translate(spaced, E'''-.\u02bc\u200c\u2010\u2019', '');
BEGIN
	IF joined <> spaced THEN
		joined := joined || ' ' || translate(spaced, E'''-.\u02bc\u200c\u2010\u2019', '       ');
	END IF;
	joined := btrim(regexp_replace(joined, ' +', ' ', 'g'));
	IF joined ~ '[^ ]{41}' THEN
		joined := regexp_replace(joined, '([^ ]{40})[^ ]+', '\1', 'g');
	END IF;
	RETURN joined;
END $$;--> statement-breakpoint
CREATE FUNCTION search_name(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	value := translate(search_spaced(value), E'''-.\u02bc\u200c\u2010\u2019', '       ');
	RETURN btrim(regexp_replace(value, ' +', ' ', 'g'));
END $$;--> statement-breakpoint
-- Words as a tsvector is written, all in the same place. No word has a character that would have to be quoted.
CREATE FUNCTION search_placed(value text, place text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
	words text := search_words(value);
BEGIN
	RETURN CASE WHEN words = '' THEN '' ELSE replace(words, ' ', place || ' ') || place || ' ' END;
END $$;--> statement-breakpoint
CREATE FUNCTION search_attributes(attributes jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
	RETURN array(SELECT key || E'\n' || value FROM jsonb_each_text(attributes) AS attribute(key, value));
END $$;--> statement-breakpoint
-- What a search finds in a product; schema.ts says what the weights and the signs mean. Of a description 4,000 characters, as many
-- of the attributes.
CREATE FUNCTION search_document(p product) RETURNS tsvector LANGUAGE plpgsql STABLE AS $$
DECLARE
	told text;
	code text := regexp_replace(lower(p.sku COLLATE "C"), '[^a-z0-9]', '', 'g');
BEGIN
	SELECT string_agg(value, ' ') INTO told FROM jsonb_each_text(p.attributes) AS attribute(key, value)
	WHERE jsonb_typeof(p.attributes -> key) <> 'boolean';
	RETURN (search_placed(p.name, ':1A') || search_placed(p.sku || ' ' || coalesce(p.barcode, ''), ':2B')
		|| CASE WHEN code = '' THEN '' ELSE code || ':2B ' END
		|| search_placed(left(coalesce(told, ''), 4000), ':3C') || search_placed(left(p.description, 4000), ':4D')
		|| coalesce('@' || replace(p.category_id::text, '-', '') || ' ', '') || coalesce((SELECT string_agg('=' || left(md5(attribute), 16), ' ') FROM unnest(search_attributes(p.attributes)) AS attribute), ''))::tsvector;
END $$;--> statement-breakpoint
-- Brings to date what is searched of these products, and the words that there are. Of deleted products nothing stays. A draft brings no
-- words: which words are taken for a mistyped one would tell the public of it, and would be none that it finds.
CREATE FUNCTION search_follow(products uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM product_search AS s USING product AS p
	WHERE s.product_id = ANY (products) AND p.id = s.product_id AND p.deleted_at IS NOT NULL;
	INSERT INTO product_search (product_id, sku, sku_key, barcode_key, name, status, price_minor, category_id, attributes, words)
	SELECT p.id, p.sku, lower(p.sku COLLATE "C"), lower(p.barcode COLLATE "C"), left(search_name(p.name), 200), p.status, p.price_minor,
		p.category_id, search_attributes(p.attributes), search_document(p)
	FROM product AS p WHERE p.id = ANY (products) AND p.deleted_at IS NULL
	ON CONFLICT (product_id) DO UPDATE SET
		sku = excluded.sku, sku_key = excluded.sku_key, barcode_key = excluded.barcode_key, name = excluded.name, status = excluded.status,
		price_minor = excluded.price_minor, category_id = excluded.category_id, attributes = excluded.attributes, words = excluded.words;
	INSERT INTO search_word (word)
	SELECT DISTINCT found.lexeme
	FROM product_search AS s CROSS JOIN unnest(s.words) AS found(lexeme, positions, weights)
	WHERE s.product_id = ANY (products) AND s.status = 'active' AND found.weights <> '{B}' AND found.lexeme !~ '^[@=0-9]' AND char_length(found.lexeme) > 1
		AND NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = found.lexeme);
END $$;--> statement-breakpoint
CREATE FUNCTION search_follow_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM search_follow(array(SELECT id FROM changed));
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER product_inserted_searched AFTER INSERT ON product
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_follow_changes();--> statement-breakpoint
CREATE TRIGGER product_updated_searched AFTER UPDATE ON product
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION search_follow_changes();--> statement-breakpoint
-- Before the indexes and the foreign key, which cost far less for all rows at once than row by row.
SELECT search_follow(array(SELECT id FROM product WHERE deleted_at IS NULL));--> statement-breakpoint
ALTER TABLE "product_search" ADD CONSTRAINT "product_search_product_id_product_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."product"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "product_search_words_idx" ON "product_search" USING gin ("words");--> statement-breakpoint
CREATE INDEX "product_search_names_idx" ON "product_search" USING gin (ts_filter("words", '{a}'));--> statement-breakpoint
CREATE INDEX "product_search_sku_idx" ON "product_search" USING btree ("sku_key");--> statement-breakpoint
CREATE INDEX "product_search_barcode_idx" ON "product_search" USING btree ("barcode_key");--> statement-breakpoint
CREATE INDEX "product_search_name_idx" ON "product_search" USING btree ("name");--> statement-breakpoint
CREATE INDEX "search_word_word_idx" ON "search_word" USING btree ("word" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "search_word_trigram_idx" ON "search_word" USING gin ("word" gin_trgm_ops);
