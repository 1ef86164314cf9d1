import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import { SET_UP_TIMEOUT_MS } from "../../shared/testing/service-under-test.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { pacedUpload, sendImport } from "../testing/import-call.ts";
import {
  type ImportShop,
  importFile,
  importHeader,
  importRows,
  openImportShop,
} from "../testing/import-shop.ts";

let imports: ImportShop;
beforeAll(async () => {
  imports = await openImportShop();
}, SET_UP_TIMEOUT_MS);
afterAll(() => imports.close());

describe("imports at the same time", () => {
  test("make each product once, and one of them wins each price", async () => {
    const run = newId().slice(-8);
    const reversed = (price: string) =>
      `${importHeader},category\n${importRows(run, 0, 800, price).trim().split("\n").toReversed().join(`,R > ${run}\n`)},R > ${run}`;
    const forwards = (price: string) =>
      `${importHeader},category\n${importRows(run, 0, 800, price).trim().split("\n").join(`,R > ${run}\n`)},R > ${run}`;
    const answers = await Promise.all([
      sendImport(imports.shop, forwards("1.00")),
      sendImport(imports.other, reversed("2.00")),
      sendImport(imports.shop, reversed("2.00")),
      sendImport(imports.other, forwards("1.00")),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const sum = (of: (answer: (typeof answers)[number]["body"]) => number) =>
      answers.reduce((total, { body }) => total + of(body), 0);
    expect(sum(({ created }) => created)).toBe(800);
    expect(sum(({ created, changed, unchanged }) => created + changed + unchanged)).toBe(3_200);
    expect(sum(({ categoriesCreated }) => categoriesCreated)).toBe(2);
    const total = await imports.totalOf(run);
    expect(total.products).toBe(800);
    expect(total.versions).toBe(800 + sum(({ changed }) => changed));
    expect(await imports.eventsOf(run)).toBe(total.versions);
    const { rows } = await imports.shop.database.db.execute<{ n: number }>(
      `select count(*)::int as n from category where name = '${run}'`,
    );
    expect(rows[0]?.n).toBe(1);
  }, 60_000);

  test("lose no edit of other fields that staff make meanwhile", async () => {
    const run = newId().slice(-8);
    await imports.send(importFile(run, 400));
    const { rows } = await imports.shop.database.db.execute<{ id: string }>(
      `select id from product where sku like '${run}-%' order by sku limit 40`,
    );
    const editing = Promise.all(
      rows.map(({ id }) =>
        imports.other.call("PATCH", `/v1/products/${id}`, { as: "staff", body: { description: "edited" } }),
      ),
    );
    const [{ body }, edits] = await Promise.all([imports.send(importFile(run, 400, "2.00")), editing]);
    expect(edits.every(({ status }) => status === 200)).toBe(true);
    expect(body).toMatchObject({ changed: 400, bad: 0 });
    expect(await imports.totalOf(run)).toEqual({ products: 400, versions: 840, prices: 80_000 });
    const edited = await imports.shop.database.db.execute<{ n: number }>(
      `select count(*)::int as n from product where sku like '${run}-%' and description = 'edited'`,
    );
    expect(edited.rows[0]?.n).toBe(40);
  }, 60_000);

  test("wait for an edit that is under way, and keep what it changed", async () => {
    const run = newId().slice(-8);
    await imports.send(importFile(run, 3));
    const answer = Promise.withResolvers<Awaited<ReturnType<typeof sendImport>>>();
    await imports.shop.database.transaction(async (tx) => {
      await tx.execute(`update product set description = 'edited', version = 2 where sku = '${run}-1'`);
      answer.resolve(imports.send(importFile(run, 3, "2.00")));
      const waiting = async () => {
        const { rows } = await imports.shop.database.db.execute<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and query like '%for update%'`,
        );
        return rows[0]?.n;
      };
      await waitFor(waiting, { what: "the import to wait" });
    });
    expect((await await answer.promise).body).toMatchObject({ changed: 3, bad: 0 });
    expect((await imports.shop.get(`/v1/products/${run}-1`, { as: "staff" })).body).toMatchObject({
      ...{ description: "edited", version: 3, price: { amountMinor: 200 } },
    });
  });

  test("are bounded", async () => {
    const uploads = Array.from({ length: 4 }, pacedUpload);
    const ids = uploads.map(() => newId());
    const sending = uploads.map(({ body }, i) => imports.send(body, { query: `?importId=${ids[i]}` }));
    await Promise.all(
      ids.map((id) =>
        waitFor(async () => (await imports.progressOf(id)).state === "running", { what: "it to begin" }),
      ),
    );
    const fifth = await imports.send(importFile("X", 1));
    expect([fifth.status, fifth.body.code]).toEqual([429, "TRY_LATER"]);
    for (const { send: more, end } of uploads) {
      await more(`${importHeader}\n`);
      await end();
    }
    expect((await Promise.all(sending)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});
