import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { statement } from "./statement.ts";

const dialect = new PgDialect();

const insert = statement<{ things: readonly { id: string; size: number }[]; at: string }>(
  ({ rows, value }) => {
    const thing = rows("things");
    return sql`insert into thing select * from unnest(${thing("uuid", ({ id }) => id)}, ${thing("int", ({ size }) => size)})
      where ${"fixed"} <> ${value(({ at }) => at)}`;
  },
);

test("values stand where they are named, each time those that are given", () => {
  const one = dialect.sqlToQuery(insert({ things: [{ id: "a", size: 1 }], at: "now" }));
  const two = dialect.sqlToQuery(insert({ things: [], at: "then" }));
  expect(one.sql).toContain("unnest($1::uuid[], $2::int[])");
  expect(one.params).toEqual([["a"], [1], "fixed", "now"]);
  expect(two.params).toEqual([[], [], "fixed", "then"]);
});

test("the text is made once", () => {
  let written = 0;
  const select = statement<number>(({ value }) => {
    written += 1;
    return sql`select ${value((input) => input)}::int`;
  });
  expect([1, 2].map((input) => dialect.sqlToQuery(select(input)).params)).toEqual([[1], [2]]);
  expect(written).toBe(1);
});
