import { NodePgDatabase } from "drizzle-orm/node-postgres";
import { type NodePgClient, NodePgSession } from "drizzle-orm/node-postgres/session";
import { PgDialect, type PgPreparedQuery, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import type { Query } from "drizzle-orm/sql";
import type { PoolClient } from "pg";
import type { Db, Tx } from "../ports/database.ts";
import type { Tracing } from "../ports/tracing.ts";
import { recordLeaf, type SpanFacts } from "../runtime/spans.ts";
import { isConnectionFailure, toFailure } from "./postgres-failure.ts";
import { createStatementNames } from "./statement-names.ts";
import { createStatementSummaries } from "./statement-summary.ts";

type NoSchema = Record<string, never>;

/** Of all connections of the process: a name means the same text on each. */
const statementName = createStatementNames();

const summaryOf = createStatementSummaries();

/** Whose statements these are, and where their spans go. */
export interface StatementSpans {
  /** Of the service and of its database. */
  readonly name: string;
  readonly tracing: Tracing;
}

/** A statement's span: what it does to which table, by OpenTelemetry's names for databases. Never its text or its values. */
export const statementSpan = (text: string, { name }: Pick<StatementSpans, "name">): SpanFacts => {
  const { operation, table } = summaryOf(text);
  return {
    name: table === null ? operation : `${operation} ${table}`,
    kind: "client",
    attributes: {
      "db.system.name": "postgresql",
      "db.namespace": name,
      "db.operation.name": operation,
      ...(table === null ? {} : { "db.collection.name": table }),
    },
  };
};

/** A text without parameters may be several commands, of which PostgreSQL prepares none. */
const nameOf = ({ sql, params }: Query): string | undefined =>
  params.length === 0 ? undefined : statementName(sql);

/** Of what else is sent before BEGIN is answered, nothing would last if that failed. */
const isHarmless = ({ sql }: Query): boolean => /^\s*select\b/i.test(sql);

/** drizzle's session, except that it fails as our port says and that it knows when its transaction is over. */
class GuardedSession extends NodePgSession<NoSchema, NoSchema> {
  /** Resolves when the transaction has begun; at once where there is none. */
  readonly begun: Promise<unknown>;
  #mayWrite = false;
  #over = false;
  #connectionLost = false;
  readonly #spans: StatementSpans;

  /** `begin`: the answer to BEGIN; null outside of a transaction. */
  constructor(
    client: NodePgClient,
    dialect: PgDialect,
    { begin, spans }: { readonly begin: Promise<unknown> | null; readonly spans: StatementSpans },
  ) {
    super(client, dialect, undefined);
    this.#spans = spans;
    this.#mayWrite = begin === null;
    this.begun = Promise.resolve(begin).then(
      () => {
        this.#mayWrite = true;
      },
      (error: unknown) => {
        this.#connectionLost ||= isConnectionFailure(error);
        throw error;
      },
    );
    // Whoever runs the transaction meets it: here, only nobody may be surprised by it.
    this.begun.catch(() => undefined);
  }

  /** True once a statement failed because of the connection: then not even ROLLBACK is worth sending. */
  get connectionLost(): boolean {
    return this.#connectionLost;
  }

  /** From now on the client may serve somebody else, so a statement that comes late is refused. */
  end(): void {
    this.#over = true;
  }

  override prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    ...[query, fields, name, ...rest]: Parameters<NodePgSession<NoSchema, NoSchema>["prepareQuery"]>
  ): PgPreparedQuery<T> {
    const prepared = super.prepareQuery<T>(query, fields, name ?? nameOf(query), ...rest);
    const execute = prepared.execute.bind(prepared);
    const { tracing } = this.#spans;
    const traced: typeof execute = tracing.isOn
      ? (values) =>
          recordLeaf(
            tracing,
            () => statementSpan(query.sql, this.#spans),
            () => execute(values),
          )
      : execute;
    prepared.execute = async (values) => {
      if (this.#over) {
        throw new Error("This transaction is over: await every statement inside of it.");
      }
      try {
        if (!this.#mayWrite && !isHarmless(query)) await this.begun;
        return await traced(values);
      } catch (error) {
        this.#connectionLost ||= isConnectionFailure(error);
        throw toFailure(error);
      }
    };
    return prepared;
  }

  /** drizzle's own leaks a pool slot when BEGIN fails and hides the SQLSTATE when ROLLBACK fails. */
  override transaction(): Promise<never> {
    return Promise.reject(new Error("Use transaction() of the Database port, not the one of drizzle."));
  }
}

const dialect = new PgDialect();

/** drizzle over anything that runs one statement at a time on a connection of its own choice. */
export function drizzleOver(client: NodePgClient, spans: StatementSpans): Db {
  return new NodePgDatabase(dialect, new GuardedSession(client, dialect, { begin: null, spans }), undefined);
}

/**
 * Begins a transaction on a client: drizzle for its length. What reads may be on its way before BEGIN is answered, so that
 * its first statement costs no more than one outside of a transaction.
 */
export function drizzleInTransaction(
  client: PoolClient,
  spans: StatementSpans,
): { tx: Tx; session: GuardedSession } {
  const begin = client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
  const session = new GuardedSession(client, dialect, { begin, spans });
  const database: Db = new NodePgDatabase(dialect, session, undefined);
  return { tx: Object.assign(database, { $client: client }), session };
}
