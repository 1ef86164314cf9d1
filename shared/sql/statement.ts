import { type Query, SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";

/** Stands in a statement's text for what it is given when it runs. */
class Slot<Input> {
  constructor(readonly read: (input: Input) => unknown) {}
}

/** A statement with its values, whose text is there already. */
class Filled extends SQL {
  readonly #query: Query;

  constructor(query: Query) {
    super([]);
    this.#query = query;
  }

  override toQuery(): Query {
    return this.#query;
  }
}

/** One column of rows as an array parameter, for `unnest`. `type` is PostgreSQL's name of the column's type. */
export type ColumnOf<Row> = (type: string, pick: (row: Row) => unknown) => SQL;

type Element<Rows> = Rows extends readonly (infer Row)[] ? Row : never;

/** Where the values of a statement are taken from. */
export interface Slots<Input> {
  /** The columns of one of the lists that it is given. */
  rows<Name extends keyof Input>(name: Name): ColumnOf<Element<Input[Name]>>;
  /** A single value. */
  value(read: (input: Input) => unknown): SQL;
}

const slots = <Input>(): Slots<Input> => {
  const value = (read: (input: Input) => unknown) => sql`${sql.param(new Slot(read))}`;
  return {
    value,
    rows: (name) => (type, pick) => {
      const read = (input: Input) => (input[name] as readonly Element<Input[typeof name]>[]).map(pick);
      return sql`${value(read)}::${sql.raw(type)}[]`;
    },
  };
};

const dialect = new PgDialect();

/**
 * A statement that runs often: its text is made once, when it first runs, and only its values are collected each time. For
 * few others is that worth while: drizzle takes longer to write a text than PostgreSQL to run it.
 */
export const statement = <Input>(write: (slots: Slots<Input>) => SQL): ((input: Input) => SQL) => {
  let written: Query | undefined;
  return (input) => {
    written ??= dialect.sqlToQuery(write(slots<Input>()));
    const params = written.params.map((param) => (param instanceof Slot ? param.read(input) : param));
    return new Filled({ ...written, params });
  };
};
