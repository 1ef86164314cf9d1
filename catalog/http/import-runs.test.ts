import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { readSse } from "../../shared/testing/sse-reader.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { type CatalogUnderTest, catalogUnderTest } from "../testing/catalog-under-test.ts";
import { pacedUpload, sendImport } from "../testing/import-call.ts";
import {
  type ImportShop,
  importFile,
  importHeader,
  importRows,
  openImportShop,
  type ProgressBody,
} from "../testing/import-shop.ts";

let imports: ImportShop;
beforeAll(async () => {
  imports = await openImportShop();
}, SET_UP_TIMEOUT_MS);
afterAll(() => imports.close());

/** One more instance on the same database. */
const sibling = () => {
  const { database, pubSub } = imports.shop;
  return catalogUnderTest({ database: { ...database, close: async () => undefined }, pubSub });
};

const streamOf = async (of: CatalogUnderTest, id: string) =>
  readSse(
    await of.service.fetch(
      new Request(`http://catalog/v1/products/imports/${id}/stream`, {
        headers: { authorization: "Bearer staff" },
      }),
    ),
  );

describe("an import that is under way", () => {
  test("stands chunk by chunk while its file still comes, and is followed at any instance from before its beginning", async () => {
    const [run, id] = [newId().slice(-8), newId()];
    const stream = await streamOf(imports.other, id);
    const upload = pacedUpload();
    const sending = imports.send(upload.body, { query: `?importId=${id}` });
    await upload.send(`${importHeader}\n${importRows(run, 0, 700)}`);
    await waitFor(async () => (await imports.totalOf(run)).products, { what: "the first chunk to stand" });
    await waitFor(() => stream.messages.some(({ data }) => (data as ProgressBody).created > 0), {
      what: "the stream to tell of it",
    });
    expect(stream.messages[0]?.data).toMatchObject({ state: "running" });
    expect(await imports.progressOf(id)).toMatchObject({
      state: "running",
      dryRun: false,
      endedAt: null,
      report: null,
    });
    await upload.send(importRows(run, 700, 900));
    await upload.end();
    const { status, body } = await sending;
    expect([status, body.id, body.created]).toEqual([200, id, 900]);
    await stream.ended;
    const last = stream.messages.at(-1)?.data as ProgressBody;
    expect(last).toMatchObject({
      state: "done",
      rows: 900,
      accepted: 900,
      created: 900,
      bad: 0,
      problem: null,
    });
    const states = stream.messages.map(({ data }) => (data as ProgressBody).created);
    expect(states).toEqual(states.toSorted((a, b) => a - b));
    expect(await imports.progressOf(id)).toMatchObject({ ...last, report: { created: 900 } });
    const { body: page } = await imports.shop.get("/v1/products/imports?limit=1", { as: "staff" });
    expect(page).toMatchObject({ items: [{ id, state: "done" }] });
  });

  test("that breaks off leaves what stood, says so, and goes on when it is sent again under the same id", async () => {
    const [run, id] = [newId().slice(-8), newId()];
    const upload = pacedUpload();
    const sending = imports.send(upload.body, { headers: { "idempotency-key": id } });
    await upload.send(`${importHeader}\n${importRows(run, 0, 600)}`);
    await waitFor(async () => (await imports.totalOf(run)).products >= 250, { what: "a chunk to stand" });
    // A row that was cut: it must not become a product for a tenth of its price.
    await upload.send(`${run}-cut,Cut,1`);
    await upload.breakOff();
    const broken = await sending;
    expect([broken.status, broken.body.importId]).toEqual([422, id]);
    expect(await imports.progressOf(id)).toMatchObject({
      state: "broken-off",
      problem: { code: "VALIDATION" },
    });
    const stood = (await imports.totalOf(run)).products;
    expect(stood).toBeLessThanOrEqual(600);
    const again = await imports.send(importFile(run, 600), { headers: { "idempotency-key": id } });
    expect(again.body).toMatchObject({ created: 600 - stood, unchanged: stood });
    expect(await imports.totalOf(run)).toEqual({ products: 600, versions: 600, prices: 60_000 });
    expect(await imports.eventsOf(run)).toBe(600);
  });

  test("cannot be begun a second time, unless whoever worked on it is silent", async () => {
    const [run, id] = [newId().slice(-8), newId()];
    const upload = pacedUpload();
    const first = imports.send(upload.body, { query: `?importId=${id}` });
    await upload.send(`${importHeader}\n`);
    await waitFor(async () => (await imports.progressOf(id)).state === "running", {
      what: "the import to begin",
    });
    const second = await sendImport(imports.other, importFile(run, 3), { query: `?importId=${id}` });
    expect([second.status, second.headers.has("retry-after")]).toEqual([409, true]);
    await imports.shop.database.db.execute(
      `update product_import set progress_at = now() - interval '31 seconds' where id = '${id}'`,
    );
    expect(await imports.progressOf(id)).toMatchObject({ state: "broken-off", endedAt: null });
    const third = await sendImport(imports.other, importFile(run, 3), { query: `?importId=${id}` });
    expect([third.status, third.body.created]).toEqual([200, 3]);
    // The one that was taken for dead writes no more than the chunk that it is at, and says nothing over the imports.other.
    await upload.send(importRows(run, 0, 2_000, "9.00"));
    await upload.end().catch(() => undefined);
    expect((await first).status).toBe(409);
    expect(await imports.progressOf(id)).toMatchObject({ state: "done", created: 3 });
  });

  test("ends with its instance, after the chunk that it is at, and says so at once", async () => {
    const [run, id] = [newId().slice(-8), newId()];
    const { database, pubSub } = imports.shop;
    const leaving = await catalogUnderTest({
      database: { ...database, close: async () => undefined },
      pubSub,
    });
    await leaving.service.start();
    const upload = pacedUpload();
    const sending = sendImport(leaving, upload.body, { query: `?importId=${id}` });
    await upload.send(`${importHeader}\n`);
    await waitFor(async () => (await imports.progressOf(id)).state === "running", {
      what: "the import to begin",
    });
    const stopped = leaving.service.stop();
    await upload.send(importRows(run, 0, 600));
    await upload.end().catch(() => undefined);
    expect((await sending).status).toBe(503);
    await stopped;
    expect(await imports.progressOf(id)).toMatchObject({
      state: "broken-off",
      problem: { code: "UNAVAILABLE" },
    });
    expect((await imports.send(importFile(run, 600), { query: `?importId=${id}` })).status).toBe(200);
    expect((await imports.totalOf(run)).products).toBe(600);
  });

  test("is not kept for ever", async () => {
    const [old, young] = [newId(), newId()];
    for (const id of [old, young])
      await imports.send(importFile(newId().slice(-8), 1), { query: `?importId=${id}` });
    await imports.shop.database.db.execute(
      `update product_import set started_at = now() - interval '31 days' where id = '${old}'`,
    );
    // What an instance prunes once an hour it prunes when it starts as well.
    const another = await sibling();
    await another.service.start();
    const statusOf = async (id: string) =>
      (await imports.shop.get(`/v1/products/imports/${id}`, { as: "staff" })).status;
    await waitFor(async () => (await statusOf(old)) === 404, { what: "the old import to be forgotten" });
    expect(await statusOf(young)).toBe(200);
    await another.close();
  });
});

describe("an import with an Idempotency-Key", () => {
  test("is told its report again for the same file, and refused for another", async () => {
    for (const key of [newId(), `file of ${newId()}`.replaceAll(" ", "-")]) {
      const run = newId().slice(-8);
      const headers = { "idempotency-key": key };
      const file = `${importFile(run, 5)}${run}-x,,1\n`;
      const first = await imports.send(file, { headers });
      const again = await imports.send(file, { headers });
      expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([200, "true"]);
      expect(again.body).toEqual(first.body);
      expect(again.body).toMatchObject({ created: 5, bad: 1 });
      const changed = await imports.send(`${file}${run}-y,Y,1\n`, { headers });
      expect([changed.status, changed.body.code]).toEqual([422, "IDEMPOTENCY_MISMATCH"]);
      expect((await imports.send(file, { headers, query: "?dryRun=true" })).status).toBe(422);
      expect((await imports.totalOf(run)).products).toBe(5);
    }
  });

  test("that was only tried does not stand in the way of the real one", async () => {
    const [run, id] = [newId().slice(-8), newId()];
    const tried = await imports.send(importFile(run, 3), { query: `?dryRun=true&importId=${id}` });
    const twice = await imports.send(importFile(run, 3), { query: `?dryRun=true&importId=${id}` });
    expect(twice.body).toEqual(tried.body);
    expect((await imports.send(importFile(run, 3), { query: `?importId=${id}` })).body).toMatchObject({
      created: 3,
    });
  });
});
