import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { contractChanges, type JsonSchema } from "./contract-changes.ts";
import { checkedInContracts, contractFiles, contractProblems, isOutdated } from "./contracts.ts";

const sorted = (files: Iterable<readonly [string, string]>) => Object.fromEntries([...files].sort());

test("docs/contracts holds the contract of every event and no other; if not: bun run contracts", async () => {
  const current = [...(await checkedInContracts())].filter(([name]) => !isOutdated(name));
  expect(sorted(current)).toEqual(sorted(contractFiles()));
});

test("no contract that has been written changes within its version", async () => {
  expect(contractProblems(await checkedInContracts(), contractFiles())).toEqual([]);
});

const schemaOf = (data: z.ZodType) => z.toJSONSchema(data, { io: "input" }) as JsonSchema;

const line = z.object({ sku: z.string(), quantity: z.int().positive() });
const order = z.object({
  id: z.uuid(),
  status: z.enum(["pending", "confirmed"]),
  note: z.string().nullable(),
  lines: z.array(line),
});

/** What is said of a change from `order` to this. */
const changesTo = (data: z.ZodType) => contractChanges(schemaOf(order), schemaOf(data));

describe("within a version", () => {
  test("nothing has changed where nothing has", () => {
    expect(changesTo(order)).toEqual([]);
  });

  test("a field may be added that nobody has to send, at any depth", () => {
    const lines = z.array(line.extend({ gift: z.boolean().optional() }));
    expect(changesTo(order.extend({ channel: z.string().default("bot"), lines }))).toEqual([]);
  });

  test("how a format is checked may change", () => {
    const uuid = (pattern: string): JsonSchema => ({ type: "string", format: "uuid", pattern });
    expect(contractChanges(uuid("a"), uuid("b"))).toEqual([]);
  });

  test.each([
    [
      "a field that must be there is added",
      order.extend({ channel: z.string() }),
      "data.channel: must be there",
    ],
    ["a field goes", order.omit({ note: true }), "data.note: has gone"],
    ["a field need no longer be there", order.partial({ note: true }), "data.note: need no longer be there"],
    ["a type is another", order.extend({ id: z.int() }), "data.id: `type` has changed"],
    ["a type is narrower", order.extend({ note: z.string() }), "data.note:"],
    ["a type is wider", order.extend({ id: z.uuid().nullable() }), "data.id:"],
    ["a value goes", order.extend({ status: z.enum(["pending"]) }), "data.status: `enum` has changed"],
    [
      "a value comes, which a consumer of today would park",
      order.extend({ status: z.enum(["pending", "confirmed", "lost"]) }),
      "data.status: `enum` has changed",
    ],
    ["a bound is another", order.extend({ note: z.string().max(10).nullable() }), "data.note:"],
    [
      "a field of a list's items must be there",
      order.extend({ lines: z.array(line.extend({ name: z.string() })) }),
      "data.lines[].name: must be there",
    ],
  ])("a new version is needed when %s", (_, data, said) => {
    expect(changesTo(data).join("\n")).toContain(said);
  });
});

describe("the files of contracts", () => {
  const files = (entries: Record<string, z.ZodType>) =>
    new Map(Object.entries(entries).map(([name, data]) => [name, JSON.stringify(schemaOf(data))]));

  test("say which one needs a new version", () => {
    const [problem] = contractProblems(
      files({ "order.created.v1.json": order }),
      files({ "order.created.v1.json": order.omit({ note: true }) }),
    );
    expect(problem).toBe("order.created.v1.json: data.note: has gone; that needs a new version");
  });

  test("keep that of an older version beside that of a newer one", () => {
    const before = files({ "order.created.v1.json": order });
    expect(contractProblems(before, files({ "order.created.v2.json": line }))).toEqual([]);
  });

  test("are not to lose a type unnoticed", () => {
    const before = files({ "order.created.v1.json": order });
    expect(contractProblems(before, files({}))).toEqual([
      expect.stringContaining("no event has this contract"),
    ]);
  });
});
