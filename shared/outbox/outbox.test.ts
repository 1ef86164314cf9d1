import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { eventEnvelopeSchema } from "../contracts/envelope.ts";
import { waitFor } from "../testing/wait-for.ts";
import { append, envelopeOf, OUTBOX_CHANNEL } from "./outbox.ts";
import { appendNow, outboxDatabase, stockLow, unpublished } from "./outbox-fixture.ts";

const ID = "01900000-0000-7000-8000-000000000001";

test("an event becomes a valid CloudEvents envelope with its contract's version", () => {
  const envelope = envelopeOf({ ...stockLow("SKU-1", 7), requestId: "r1", traceparent: undefined }, ID);
  expect(eventEnvelopeSchema.parse(envelope)).toEqual(envelope);
  expect(envelope).toMatchObject({
    id: ID,
    dataschema: "stock.low/v1",
    sequence: 7,
    requestid: "r1",
    time: "2026-01-01T12:00:00.000Z",
  });
  expect(envelope).not.toHaveProperty("traceparent");
});

test("data that breaks its contract is refused before the commit, and nothing is appended", async () => {
  const database = await outboxDatabase();
  const broken = { ...stockLow("SKU-1", 1), data: { sku: "SKU-1" } } as never;
  await expect(appendNow(database, stockLow("SKU-0", 1), broken)).rejects.toThrow();
  expect(await unpublished(database)).toBe(0);
  await database.close();
});

test("there is neither a zombie record nor a ghost message: a rollback takes the event with it", async () => {
  const database = await outboxDatabase();
  const failing = database.transaction(async (tx) => {
    await append(tx, [stockLow("SKU-1", 1)]);
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  expect(await unpublished(database)).toBe(0);
  await database.close();
});

test("events of one call get rising positions in their order, and one NOTIFY", async () => {
  const database = await outboxDatabase();
  let notified = 0;
  const listener = await database.listen(OUTBOX_CHANNEL, () => {
    notified++;
  });
  await appendNow(database, ...Array.from({ length: 600 }, (_, i) => stockLow(`SKU-${i}`, i)));
  const { rows } = await database.db.execute<{ aggregate: string }>(
    sql`select aggregate from outbox order by position`,
  );
  expect(rows.map((row) => row.aggregate)).toEqual(Array.from({ length: 600 }, (_, i) => `SKU-${i}`));
  await waitFor(() => notified === 1, { what: "the NOTIFY" });
  await listener.close();
  await database.close();
});

test("appending nothing does nothing", async () => {
  const database = await outboxDatabase();
  await appendNow(database);
  expect(await unpublished(database)).toBe(0);
  await database.close();
});
