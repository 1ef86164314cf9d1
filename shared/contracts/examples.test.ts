import { describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { eventEnvelopeSchema } from "./envelope.ts";
import { type EventType, eventContracts, readEvent } from "./events.ts";

// Events as they were written once, in docs/contracts/examples: `<type>.v<version>.json` is complete, `.minimal` has nothing in it
// that need not be there. They are never changed, so that whatever becomes of a contract, it reads what waits in a queue.

const CONTRACTS = join(import.meta.dir, "../../docs/contracts");
const EXAMPLES = join(CONTRACTS, "examples");
const FILE = /^(?<contract>(?<type>[a-z.-]+)\.v[1-9][0-9]*)(\.minimal)?\.json$/;

interface Example {
  readonly type: string;
  /** The file name of its contract, without the ending. */
  readonly contract: string;
  readonly value: Record<string, unknown>;
}

const readJson = (path: string): Promise<Record<string, unknown>> => Bun.file(path).json();

const names = (await readdir(EXAMPLES)).sort();
const examples = new Map(
  await Promise.all(
    names.map(async (name): Promise<[string, Example]> => {
      const { type = "", contract = "" } = FILE.exec(name)?.groups ?? {};
      return [name, { type, contract, value: await readJson(join(EXAMPLES, name)) }];
    }),
  ),
);
const exampleOf = (name: string): Example => {
  const example = examples.get(name);
  if (example === undefined) throw new Error(`there is no example ${name}`);
  return example;
};

const read = (value: unknown) => readEvent(eventEnvelopeSchema.parse(value));

type Schema = { readonly [keyword: string]: unknown };

const isOfType = (type: unknown, value: unknown): boolean => {
  if (Array.isArray(type)) return type.some((one) => isOfType(one, value));
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "null") return value === null;
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
};

/** What of a value does not fit a JSON Schema, as far as the contracts use it; unknown fields are let pass. */
const misfits = (schema: Schema, value: unknown, at = "data"): string[] => {
  const { anyOf, type, enum: values, properties = {}, required = [], items, pattern } = schema;
  if (Array.isArray(anyOf))
    return anyOf.some((one: Schema) => misfits(one, value).length === 0) ? [] : [`${at} fits nothing`];
  if (type !== undefined && !isOfType(type, value)) return [`${at} is no ${type}`];
  if (Array.isArray(values) && !values.includes(value)) return [`${at} is none of ${values}`];
  if (typeof pattern === "string" && !new RegExp(pattern).test(String(value)))
    return [`${at} is no ${pattern}`];
  if (Array.isArray(value)) return value.flatMap((one, i) => misfits(items as Schema, one, `${at}[${i}]`));
  const fields = value as Record<string, unknown>;
  return [
    ...(required as string[])
      .filter((name) => !Object.hasOwn(fields, name))
      .map((name) => `${at}.${name} is missing`),
    ...Object.entries(properties as Record<string, Schema>)
      .filter(([name]) => Object.hasOwn(fields ?? {}, name))
      .flatMap(([name, field]) => misfits(field, fields[name], `${at}.${name}`)),
  ];
};

/** Every object in it has a field more, as a newer publisher might send it. */
const withMore = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withMore(field)]);
  return { ...Object.fromEntries(fields), addedLater: { deep: [1, null] } };
};

test("every version of every event has a complete example, and no example is of anything else", () => {
  const contracts = Object.entries(eventContracts).map(([type, { version }]) => `${type}.v${version}`);
  for (const contract of contracts) expect(names).toContain(`${contract}.json`);
  expect([...examples.values()].filter(({ type }) => !Object.hasOwn(eventContracts, type))).toEqual([]);
});

test("an example that has nothing optional in it stands beside each that has", () => {
  const isNullable = (schema: Schema): boolean =>
    JSON.stringify(schema).includes('"null"') || /"required":\[\]/.test(JSON.stringify(schema));
  const wanting = [...examples.values()]
    .filter(({ type }) => isNullable(eventContracts[type as EventType].data.toJSONSchema()))
    .filter(({ contract }) => !names.includes(`${contract}.minimal.json`));
  expect(wanting.map(({ contract }) => contract)).toEqual([]);
});

describe.each(names)("the example %s", (name) => {
  const { type, contract, value } = exampleOf(name);

  test("is read by the contract of today, with nothing lost", () => {
    const event = read(value);
    expect(event?.type as string).toBe(type);
    expect(event as unknown).toMatchObject(value);
  });

  test("fits the JSON Schema of its version", async () => {
    const schema = await readJson(join(CONTRACTS, `${contract}.json`));
    expect(misfits(schema, value.data)).toEqual([]);
    expect(misfits(schema, {})).not.toEqual([]);
  });

  test("is read the same without its trace, and with fields that are not known yet", () => {
    const { traceparent: _, requestid: __, ...untraced } = value;
    const data = read(value)?.data;
    expect(read(untraced)?.data).toEqual(data as never);
    expect(read(withMore(value))?.data).toEqual(data as never);
  });
});

test("an event of a type that is not known is nobody's business, and no error", () => {
  expect(read({ ...exampleOf("stock.low.v1.json").value, type: "stock.teleported" })).toBeNull();
  expect(read({ ...exampleOf("stock.low.v1.json").value, type: "constructor" })).toBeNull();
});

test("an event of a newer version is read where it fits, and else is an error, so that it is parked and not lost", () => {
  const { value } = exampleOf("stock.low.v1.json");
  const newer = { ...value, dataschema: "stock.low/v2" };
  expect(read(newer)?.data).toEqual(value.data as never);
  expect(() => read({ ...newer, data: { sku: "A", left: 1 } })).toThrow();
});
