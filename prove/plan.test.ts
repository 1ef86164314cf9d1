import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { partNames } from "../boot/config.ts";
import { parseDoom } from "../shared/runtime/crash-point.ts";
import {
  deathKinds,
  lineKinds,
  type Plan,
  planOf,
  pointsOf,
  type Scene,
  serverNames,
  weatherKinds,
} from "./plan.ts";

const embedded: Scene = { processes: [partNames], lines: ["postgres"], restartable: ["postgres"] };
const real: Scene = {
  processes: [
    ["gateway"],
    ["auth", "catalog"],
    ["auth", "catalog"],
    ["inventory", "orders"],
    ["inventory", "orders"],
    ["notify"],
    ["notify"],
  ],
  lines: [...serverNames],
  restartable: [],
};
const scenes = [
  ["embedded", embedded],
  ["real", real],
] as const;

const deathsOf = ({ deaths }: Plan) => deaths.flat();
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe.each(scenes)("a plan for %s servers", (_, scene) => {
  test("is the same for the same seed, and another for another", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 12, noNaN: true }), (seed, minutes) => {
        expect(planOf(seed, minutes, scene)).toEqual(planOf(seed, minutes, scene));
      }),
      { numRuns: 30 },
    );
    expect(planOf(1, 2, scene)).not.toEqual(planOf(2, 2, scene));
  });

  test("kills a hundred times in ten minutes at least, and leaves out no kind of fault, no line and no crash point", () => {
    const points = new Set(scene.processes.flatMap(pointsOf));
    const kinds = weatherKinds.filter(
      (kind) => scene.restartable.length > 0 || !["killed", "restarted"].includes(kind),
    );
    fc.assert(
      fc.property(seeds, (seed) => {
        const plan = planOf(seed, 10, scene);
        const deaths = deathsOf(plan);
        expect(deaths.filter(({ kind }) => kind !== "stop").length).toBeGreaterThanOrEqual(100);
        expect(new Set(deaths.map(({ kind }) => kind))).toEqual(new Set(deathKinds));
        expect(deaths.some(({ clockOffMs }) => clockOffMs !== 0)).toBe(true);
        expect(new Set(plan.weather.map(({ kind }) => kind))).toEqual(new Set(kinds));
        const lines = new Set(plan.weather.map(({ kind, target }) => `${kind} ${target}`));
        for (const line of scene.lines)
          for (const kind of lineKinds) expect(lines).toContain(`${kind} ${line}`);
        const met = new Set(
          deaths.flatMap(({ crashAt }) => (crashAt === null ? [] : [crashAt.split("#")[0]])),
        );
        expect([...points].filter((point) => !met.has(point))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test("is in its order and within its time, and one weather is over before the next", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 5, noNaN: true }), (seed, minutes) => {
        const { durationMs, deaths, weather } = planOf(seed, minutes, scene);
        for (const list of [...deaths, weather]) {
          const times = list.map(({ atMs }) => atMs);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          expect(times.every((atMs) => atMs > 0 && atMs <= durationMs)).toBe(true);
        }
        const ends = weather.slice(0, -1).map(({ atMs, forMs }) => atMs + forMs);
        expect(ends.filter((endMs, nth) => endMs > (weather[nth + 1]?.atMs ?? 0))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test("names crash points that the process has, and none in the life that began before it", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { deaths } = planOf(seed, 3, scene);
        expect(deaths.flatMap(([first]) => first?.crashAt ?? [])).toEqual([]);
        const strange = deaths.flatMap((lives, nth) => {
          const points: readonly string[] = pointsOf(scene.processes[nth] ?? []);
          const named = lives.flatMap(({ crashAt }) =>
            crashAt === null ? [] : [parseDoom(crashAt)?.point ?? crashAt],
          );
          return named.filter((point) => !points.includes(point));
        });
        expect(strange).toEqual([]);
        expect(
          deaths.flat().filter(({ kind, crashAt }) => (kind === "crash-point") !== (crashAt !== null)),
        ).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

test("half a minute is enough for a few kills", () => {
  expect(deathsOf(planOf(1, 0.5, embedded)).length).toBeGreaterThanOrEqual(5);
});
