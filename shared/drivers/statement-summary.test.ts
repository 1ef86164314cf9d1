import { expect, test } from "bun:test";
import fc from "fast-check";
import { createStatementSummaries } from "./statement-summary.ts";

const summaryOf = createStatementSummaries();

test.each([
  ['select "id" from "customer_order" where "id" = $1', "SELECT", "customer_order"],
  ['insert into "outbox" (id) values ($1)', "INSERT", "outbox"],
  ["update stock_level l set reserved = 1 from t where l.sku = t.sku", "UPDATE", "stock_level"],
  ['delete from "inbox" where queue = $1', "DELETE", "inbox"],
  [
    "with taken as (select id from delivery for update) update delivery d set state = $1",
    "UPDATE",
    "delivery",
  ],
  ["with one as (select 1) select n from one", "SELECT", "one"],
  ["select pg_notify($1, '')", "SELECT", null],
  ["select id from delivery for update skip locked", "SELECT", "delivery"],
  ["select now()", "SELECT", null],
  ["select extract(epoch from created_at)::float8 from outbox", "SELECT", "outbox"],
  ["select s.sku from unnest($1::text[]) as q(sku) join stock_level s using (sku)", "SELECT", null],
  ["COMMIT", "COMMIT", null],
  ["", "SQL", null],
])("%s is summed up by what it does and to which table", (text, operation, table) => {
  expect(summaryOf(text)).toEqual({ operation, table });
  // From memory as well.
  expect(summaryOf(text)).toEqual({ operation, table });
});

test("nothing of a statement's values is in its summary", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (value) => {
      const literal = `'${value.replaceAll("'", "''")}'`;
      const { operation, table } = summaryOf(`insert into "person" (name) values (${literal})`);
      expect([operation, table]).toEqual(["INSERT", "person"]);
    }),
  );
});
