import { and, eq, isNull, sql } from "drizzle-orm";
import { KioskError } from "../kernel/errors.ts";
import type { Tx } from "../ports/database.ts";
import { statement } from "../sql/statement.ts";
import { idempotencyKey } from "./schema.ts";

// How a use case keeps the promise of `Idempotency-Key` (IETF draft-ietf-httpapi-idempotency-key-header):
//
// 1. In the transaction of the effect, first `findReplay`. It answers what was answered before, or throws: 422 for
//    another body, 409 for a request that is still running. Null: do the work.
// 2. In the same transaction `remember` with the answer. When the answer is known only later (a saga), remember
//    `status: null` beside the order's row, and `complete` it in the transaction that ends the saga; until then
//    a repetition is told 409 with Retry-After.
// 3. What fails before the commit leaves nothing behind, so that a repetition runs.

const RETRY_AFTER_SECONDS = 1;

/** Which request it is: a key belongs to one principal and one route. */
export interface IdempotencyScope {
  readonly principal: string;
  /** Method and path template, such as `POST /v1/orders`. */
  readonly route: string;
  readonly key: string;
}

export interface IdempotentRequest extends IdempotencyScope {
  readonly requestHash: string;
}

/** The answer that a repetition gets again. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotencyRecord extends IdempotentRequest {
  /** Null while the answer is not yet known. */
  readonly status: number | null;
  readonly body: unknown;
}

export type ReplayOutcome =
  | { readonly kind: "new" }
  | ({ readonly kind: "replay" } & StoredAnswer)
  | { readonly kind: "mismatch" }
  | { readonly kind: "running" };

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
};

/** Text of a JSON value that does not depend on the order of members. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(sorted(JSON.parse(JSON.stringify(value ?? null))));

/** SHA-256 (hex) of the canonical JSON of a request body. */
export const requestHash = (body: unknown): string =>
  new Bun.CryptoHasher("sha256").update(canonicalJson(body)).digest("hex");

const scopeText = ({ principal, route, key }: IdempotencyScope): string =>
  JSON.stringify([principal, route, key]);

const runningError = (): KioskError =>
  new KioskError("CONFLICT", "A request with this Idempotency-Key is still running: ask again shortly.", {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

const mismatchError = (): KioskError =>
  new KioskError(
    "IDEMPOTENCY_MISMATCH",
    "This Idempotency-Key was used with another body: use a new key for a new request.",
  );

/** The failure that an outcome stands for, or null for `new` and `replay`. */
export const outcomeError = (outcome: ReplayOutcome): KioskError | null => {
  if (outcome.kind === "running") return runningError();
  return outcome.kind === "mismatch" ? mismatchError() : null;
};

type Row = { n: string | number; locked: boolean };
type Found = Row & { request_hash: string | null; status: number | null; body: unknown };

/** Locks until the end of the transaction; never waits. In one statement, so before the rows are read. */
const lockScopes = statement<{ readonly scopes: readonly string[] }>(
  ({ rows }) => sql`
    select s.n, pg_try_advisory_xact_lock(hashtextextended('idempotency' || s.scope, 0)) as locked
    from unnest(${rows("scopes")("text", (scope) => scope)}) with ordinality as s(scope, n)
    order by s.n`,
);

const readRecords = statement<{ readonly requests: readonly IdempotentRequest[] }>(({ rows }) => {
  const request = rows("requests");
  return sql`
    select q.n, true as locked, r.request_hash, r.status, r.body
    from unnest(
      ${request("text", ({ principal }) => principal)},
      ${request("text", ({ route }) => route)},
      ${request("text", ({ key }) => key)}
    ) with ordinality as q(principal, route, key, n)
    left join ${idempotencyKey} r using (principal, route, key)
    order by q.n`;
});

const outcomeOf = (request: IdempotentRequest, found: Found | undefined): ReplayOutcome => {
  if (found === undefined || found.request_hash === null) return { kind: "new" };
  if (found.request_hash !== request.requestHash) return { kind: "mismatch" };
  if (found.status === null) return { kind: "running" };
  return { kind: "replay", status: found.status, body: found.body };
};

/**
 * The outcomes for several requests of one group commit, in their order. Two requests with one key in the same
 * group: the first is `new`, the others are `running`.
 */
export const findReplays = async (
  tx: Tx,
  requests: readonly IdempotentRequest[],
): Promise<ReplayOutcome[]> => {
  if (requests.length === 0) return [];
  const scopes = requests.map(scopeText);
  const [{ rows: locks }, { rows: found }] = await Promise.all([
    tx.execute<Row>(lockScopes({ scopes })),
    tx.execute<Found>(readRecords({ requests })),
  ]);
  const seen = new Set<string>();
  return requests.map((request, i) => {
    const scope = scopes[i] ?? "";
    // What is stored is true whoever holds the lock, such as a repetition that reads it at the same moment.
    const outcome = outcomeOf(request, found[i]);
    if (outcome.kind !== "new") return outcome;
    if (locks[i]?.locked !== true || seen.has(scope)) return { kind: "running" };
    seen.add(scope);
    return outcome;
  });
};

/**
 * What this request was answered before, or null when it is new. From here to the end of the transaction nobody else
 * gets past this call with the same key. Fails with `IDEMPOTENCY_MISMATCH` for another body under the key and with
 * `CONFLICT` (retry after 1 s) while the first request still runs; it never waits for it.
 */
export const findReplay = async (tx: Tx, request: IdempotentRequest): Promise<StoredAnswer | null> => {
  const outcome = (await findReplays(tx, [request]))[0] ?? { kind: "new" };
  const error = outcomeError(outcome);
  if (error !== null) throw error;
  return outcome.kind === "replay" ? { status: outcome.status, body: outcome.body } : null;
};

const insertRecords = statement<{ readonly records: readonly IdempotencyRecord[] }>(({ rows }) => {
  const record = rows("records");
  return sql`
    insert into ${idempotencyKey} (principal, route, key, request_hash, status, body)
    select * from unnest(
      ${record("text", ({ principal }) => principal)},
      ${record("text", ({ route }) => route)},
      ${record("text", ({ key }) => key)},
      ${record("text", ({ requestHash: hash }) => hash)},
      ${record("int", ({ status }) => status)},
      ${record("jsonb", ({ body }) => (body === undefined || body === null ? null : JSON.stringify(body)))})
    on conflict do nothing returning key`;
});

/** Stores several answers in one statement; see `remember`. */
export const rememberAll = async (tx: Tx, records: readonly IdempotencyRecord[]): Promise<void> => {
  if (records.length === 0) return;
  const { rows } = await tx.execute(insertRecords({ records }));
  if (rows.length !== records.length) throw runningError();
};

/**
 * Stores the answer in the transaction of the effect. Fails with `CONFLICT` when the key is taken, which cannot be
 * after `findReplay` answered null in the same transaction.
 */
export const remember = (tx: Tx, record: IdempotencyRecord): Promise<void> => rememberAll(tx, [record]);

/** Gives a record that was remembered with `status: null` its answer. Repeating it changes nothing. */
export const complete = async (tx: Tx, scope: IdempotencyScope, answer: StoredAnswer): Promise<void> => {
  await tx
    .update(idempotencyKey)
    .set({ status: answer.status, body: answer.body ?? null })
    .where(
      and(
        eq(idempotencyKey.principal, scope.principal),
        eq(idempotencyKey.route, scope.route),
        eq(idempotencyKey.key, scope.key),
        isNull(idempotencyKey.status),
      ),
    );
};
