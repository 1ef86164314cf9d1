import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { rebuildReplica } from "../replicas/rebuild.ts";
import type { ReplicaTable } from "../replicas/stretch.ts";
import { verifyReplica } from "../replicas/verify.ts";
import { type TestDatabase, testDatabase } from "../testing/test-database.ts";
import {
  createVandal,
  createWorld,
  pagesOf,
  type ReplicaSubject,
  run,
  type Step,
  step,
} from "./replica-world.ts";

const RUNS = 60;
const SUITE_TIMEOUT_MS = 120_000;

/**
 * The suite of every replica: whatever happens at the owner, in whatever order it is heard of and whatever has been done to the
 * rows, a rebuild at any moment ends with a replica that is equal to its owner once all news has come.
 */
export const describeReplica = <News>(subject: ReplicaSubject<News>): void => {
  const { table } = subject;
  let database: TestDatabase;
  const never = (): Promise<void> => Promise.resolve();
  const rows = () => table.keptAfter(database.db, null, 1_000);
  const kept = async () => (await rows()).map(({ key, version, fields }) => ({ key, version, fields }));

  describe(`the replica ${table.name}`, () => {
    beforeAll(async () => {
      database = await testDatabase({ name: "replica", migrations: subject.migrations });
    }, SUITE_TIMEOUT_MS);
    afterAll(() => database.close());

    test(
      "is equal to its owner after any news in any order, without a rebuild",
      async () => {
        const news = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          await subject.empty(database);
          const world = createWorld(subject, database);
          await world.takeAll(steps);
          await world.hearAll();
          expect(await kept()).toEqual(world.copies());
        });
        await fc.assert(news, { numRuns: RUNS });
      },
      SUITE_TIMEOUT_MS,
    );

    test(
      "is equal to its owner after a rebuild at any moment, whatever was done to its rows",
      async () => {
        const rebuilt = fc.asyncProperty(run, async ({ before, damages, during, after }) => {
          await subject.empty(database);
          const world = createWorld(subject, database);
          await world.takeAll(before);
          const harm = createVandal(subject, database);
          const sound = new Set((await rows()).map(({ mark }) => mark));
          for (const one of damages) await harm(one);
          const harmed = new Set((await rows()).filter(({ mark }) => !sound.has(mark)).map(({ key }) => key));
          const gentle: ReplicaTable = {
            ...table,
            remove(tx, wrong) {
              // What is right must never be away, not even until the next pass.
              if (subject.mayExist === undefined)
                expect(wrong.filter(({ key }) => !harmed.has(key))).toEqual([]);
              return table.remove(tx, wrong);
            },
          };
          const report = await rebuildReplica({
            database,
            pair: { table: gentle, owned: pagesOf(world, during) },
          });
          expect(report.settled).toBe(true);
          await world.takeAll(after);
          await world.hearAll();
          expect(await kept()).toEqual(world.copies());
          const pair = { table, owned: pagesOf(world) };
          expect((await verifyReplica({ database, pair, pause: never })).differences).toEqual([]);
        });
        await fc.assert(rebuilt, { numRuns: RUNS });
      },
      SUITE_TIMEOUT_MS,
    );

    test("counts what a rebuild has done", async () => {
      await subject.empty(database);
      const world = createWorld(subject, database);
      for (const key of [0, 1, 2, 3]) await world.take({ do: "change", key, variant: 0 });
      await world.hearAll();
      const owned = world.copies().length;
      const harm = createVandal(subject, database);
      await harm({ do: "lose", key: 0 });
      await harm({ do: "twist", key: 2, variant: 1, versionBy: 3 });
      await harm({ do: "invent", nth: 0 });
      const pair = { table, owned: pagesOf(world) };
      const found = await verifyReplica({ database, pair, pause: never });
      expect(found.differences.map(({ kind }) => kind)).toEqual(["missing", "ahead", "stranger"]);
      expect(await rebuildReplica({ database, pair })).toEqual({
        ...{ name: table.name, owned, added: 1, updated: 0, replaced: 1, removed: 1, settled: true },
      });
      expect(await kept()).toEqual(world.copies());
    });

    test("loses no news that met a wrong row while it was being rebuilt", async () => {
      await subject.empty(database);
      const world = createWorld(subject, database);
      const tell: Step = { do: "tell", key: 0, variant: 0 };
      await world.take(tell);
      await createVandal(subject, database)({ do: "twist", key: 0, variant: 1, versionBy: 5 });
      const pair = { table, owned: pagesOf(world, [[[], [tell]]]) };
      expect(await rebuildReplica({ database, pair })).toMatchObject({
        replaced: 1,
        updated: 1,
        settled: true,
      });
      expect(await kept()).toEqual(world.copies());
    });

    test("loses no row that was written since it was seen", async () => {
      await subject.empty(database);
      const world = createWorld(subject, database);
      await world.take({ do: "tell", key: 0, variant: 0 });
      const seen = await rows();
      await world.take({ do: "tell", key: 0, variant: 1 });
      expect(await database.transaction((tx) => table.remove(tx, seen))).toEqual([]);
      expect(await kept()).toEqual(world.copies());
      const now = await rows();
      expect(await database.transaction((tx) => table.remove(tx, now))).toEqual(now.map(({ key }) => key));
      expect(await rows()).toEqual([]);
    });

    test("is not said to have drifted by news that is on its way", async () => {
      await subject.empty(database);
      const world = createWorld(subject, database);
      for (const variant of [0, 1]) await world.take({ do: "change", key: 0, variant });
      const pair = { table, owned: pagesOf(world) };
      const heard = await verifyReplica({ database, pair, pause: world.hearAll });
      expect(heard).toMatchObject({ owned: 1, differences: [] });
      await world.take({ do: "change", key: 0, variant: 2 });
      const unheard = await verifyReplica({ database, pair, pause: never });
      expect(unheard.differences).toMatchObject([
        { kind: "behind", kept: { version: 2 }, owned: { version: 3 } },
      ]);
    });
  });
};
