import { expect, test } from "bun:test";
import { createLoads } from "./loads.ts";
import { currentRequest, runWithRequest } from "./request-context.ts";

const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { read: () => promise, resolve, reject };
};

test("who asks for the same while it loads waits for that, and its value is kept once", async () => {
  const loads = createLoads<string>();
  const kept: string[] = [];
  const { read, resolve } = held();
  const crowd = Array.from({ length: 10 }, () => loads.load("a", read, (value) => kept.push(value)));
  const other = loads.load(
    "b",
    async () => "another",
    () => undefined,
  );
  expect(loads.has("a")).toBe(true);
  resolve("one");
  expect(await Promise.all(crowd)).toEqual(Array(10).fill("one"));
  expect([await other, kept, loads.has("a")]).toEqual(["another", ["one"], false]);
});

test("a load that fails fails for all who wait, and is not remembered", async () => {
  const loads = createLoads<string>();
  const { read, reject } = held();
  const crowd = [loads.load("a", read, () => undefined), loads.load("a", read, () => undefined)];
  reject(new Error("away"));
  expect((await Promise.allSettled(crowd)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(
    await loads.load(
      "a",
      async () => "again",
      () => undefined,
    ),
  ).toBe("again");
});

test("what was dropped while it loaded is given to who waits, neither kept nor joined, and ends nobody else's load", async () => {
  const loads = createLoads<string>();
  const kept: string[] = [];
  const keep = (value: string) => kept.push(value);
  const [old, young] = [held(), held()];
  const before = loads.load("a", old.read, keep);
  loads.dropAll();
  expect(loads.has("a")).toBe(false);
  const after = loads.load("a", young.read, keep);
  old.resolve("old");
  expect(await before).toBe("old");
  expect(loads.has("a")).toBe(true);
  young.resolve("young");
  expect([await after, kept]).toEqual(["young", ["young"]]);
});

test("a load belongs to nobody's request, since several wait for it", async () => {
  const loads = createLoads<string | undefined>();
  const read = async () => currentRequest()?.requestId;
  const work = () => loads.load("a", read, () => undefined);
  expect(await runWithRequest({ requestId: "request-0001" }, work)).toBeUndefined();
});
