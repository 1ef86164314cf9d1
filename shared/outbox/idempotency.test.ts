import { describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { Database } from "../ports/database.ts";
import {
  canonicalJson,
  complete,
  findReplay,
  findReplays,
  type IdempotentRequest,
  remember,
  rememberAll,
  requestHash,
} from "./idempotency.ts";
import { outboxDatabase } from "./outbox-fixture.ts";

const request: IdempotentRequest = {
  principal: "user-1",
  route: "POST /v1/orders",
  key: "k1",
  requestHash: requestHash({ lines: [{ sku: "A", quantity: 1 }] }),
};

/** A use case as it should be: look, act, remember. Answers whether it was a replay. */
const placeOnce = (database: Database, wanted: IdempotentRequest) =>
  database.transaction(async (tx) => {
    const before = await findReplay(tx, wanted);
    if (before !== null) return { replayed: true, ...before };
    await tx.execute(sql`insert into effect (subject, sequence) values (${wanted.key}, 1)`);
    const answer = { status: 201, body: { order: wanted.key } };
    await remember(tx, { ...wanted, ...answer });
    return { replayed: false, ...answer };
  });

const countEffects = async ({ db }: Database) => {
  const { rows } = await db.execute<{ n: number }>(sql`select count(*)::int as n from effect`);
  return rows[0]?.n;
};

describe("the hash of a request", () => {
  test("does not depend on the order of members, and does on everything else", () => {
    expect(requestHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(
      requestHash({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
    expect(requestHash({ a: [1, 2] })).not.toBe(requestHash({ a: [2, 1] }));
    expect(requestHash({ a: 1 })).not.toBe(requestHash({ a: "1" }));
    expect(requestHash(undefined)).toBe(requestHash(null));
    expect(canonicalJson({ b: undefined, a: new Date(0) })).toBe('{"a":"1970-01-01T00:00:00.000Z"}');
  });
});

test("a repetition gets the first answer, and the effect happens once", async () => {
  const database = await outboxDatabase();
  expect(await placeOnce(database, request)).toMatchObject({ replayed: false, status: 201 });
  expect(await placeOnce(database, request)).toEqual({ replayed: true, status: 201, body: { order: "k1" } });
  expect(await countEffects(database)).toBe(1);
  await database.close();
});

test("another body under the key is refused; another principal or route is another request", async () => {
  const database = await outboxDatabase();
  await placeOnce(database, request);
  const other = placeOnce(database, { ...request, requestHash: requestHash({ lines: [] }) });
  await expect(other).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
  expect(await placeOnce(database, { ...request, principal: "user-2" })).toMatchObject({ replayed: false });
  expect(await placeOnce(database, { ...request, route: "POST /v1/x" })).toMatchObject({ replayed: false });
  await database.close();
});

test("one key 50 times in parallel has one effect: the others replay or are told to come back in a second", async () => {
  const database = await outboxDatabase();
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => placeOnce(database, request)));
  const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  expect(done.filter((answer) => !answer.replayed)).toHaveLength(1);
  for (const reason of refused) {
    // CONFLICT; on a busy machine also UNAVAILABLE, for want of a connection.
    expect(reason).toMatchObject({ details: { retryAfterSeconds: 1 } });
  }
  expect(await countEffects(database)).toBe(1);
  await database.close();
});

test("while the first request runs, a repetition is refused at once and does not wait for it", async () => {
  const database = await outboxDatabase();
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const first = database.transaction(async (tx) => {
    await findReplay(tx, request);
    begun.resolve();
    await release.promise;
    await remember(tx, { ...request, status: 201, body: null });
  });
  await begun.promise;
  await expect(placeOnce(database, request)).rejects.toMatchObject({ code: "CONFLICT" });
  release.resolve();
  await first;
  expect(await placeOnce(database, request)).toEqual({ replayed: true, status: 201, body: null });
  await database.close();
});

test("what was rolled back leaves nothing, so that a repetition runs", async () => {
  const database = await outboxDatabase();
  const failing = database.transaction(async (tx) => {
    await findReplay(tx, request);
    await remember(tx, { ...request, status: 201, body: {} });
    throw new Error("no commit");
  });
  await expect(failing).rejects.toThrow("no commit");
  expect(await placeOnce(database, request)).toMatchObject({ replayed: false });
  await database.close();
});

test("a request whose answer comes later is refused as running until it is completed, once", async () => {
  const database = await outboxDatabase();
  await database.transaction((tx) => remember(tx, { ...request, status: null, body: null }));
  await expect(placeOnce(database, request)).rejects.toMatchObject({ code: "CONFLICT" });
  await database.transaction((tx) => complete(tx, request, { status: 201, body: { number: 7 } }));
  await database.transaction((tx) => complete(tx, request, { status: 500, body: null }));
  expect(await placeOnce(database, request)).toEqual({ replayed: true, status: 201, body: { number: 7 } });
  await database.close();
});

test("a group of requests is looked up and remembered at once, and a key twice in it runs once", async () => {
  const database = await outboxDatabase();
  await placeOnce(database, { ...request, key: "done" });
  const group = ["done", "a", "b", "a"].map((key) => ({ ...request, key }));
  group.push({ ...request, key: "done", requestHash: "other" });
  const outcomes = await database.transaction(async (tx) => {
    const found = await findReplays(tx, group);
    const fresh = group.filter((_, i) => found[i]?.kind === "new");
    await rememberAll(
      tx,
      fresh.map((wanted) => ({ ...wanted, status: 201, body: { order: wanted.key } })),
    );
    return found;
  });
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["replay", "new", "new", "running", "mismatch"]);
  expect(await placeOnce(database, { ...request, key: "b" })).toMatchObject({ replayed: true });
  await database.close();
});
