-- Who has a message under way, as of the moment of the call and not of the statement that calls: a claim asks behind the lock on the bot's
-- bucket, and a claim before it may have committed while it waited. A VOLATILE function sees that.
CREATE FUNCTION "people_under_way"() RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RETURN QUERY SELECT DISTINCT "user_id" FROM "delivery" WHERE "state" = 'sending';
END $$;
