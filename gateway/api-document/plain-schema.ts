import { type Json, type JsonSchema, mapValues } from "./open-api.ts";

/** Keywords whose value is a schema, and those that hold several, by name or in a list. */
const ONE = ["items", "additionalProperties", "not"] as const;
const BY_NAME = ["properties", "patternProperties"] as const;
const LISTED = ["anyOf", "oneOf", "allOf"] as const;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The schema with every schema within it changed. */
export const mapWithin = (schema: JsonSchema, change: (within: JsonSchema) => JsonSchema): JsonSchema => {
  const changed: Record<string, unknown> = { ...schema };
  for (const name of ONE) if (isSchema(schema[name])) changed[name] = change(schema[name]);
  for (const name of BY_NAME)
    if (isSchema(schema[name])) changed[name] = mapValues(schema[name] as Record<string, JsonSchema>, change);
  for (const name of LISTED)
    if (Array.isArray(schema[name])) changed[name] = (schema[name] as JsonSchema[]).map(change);
  return changed;
};

const branchesOf = ({ anyOf }: JsonSchema): readonly Json[] => (Array.isArray(anyOf) ? anyOf : []);

/**
 * Elysia reads a number of a query from text and documents that as "numeric text, by default 0, or a number": a page that
 * offers to try it out would send the zero. Only the number is meant.
 */
const asNumber = (schema: JsonSchema): JsonSchema => {
  const branches = branchesOf(schema);
  if (!branches.some(({ format }) => format === "numeric")) return schema;
  return branches.find(({ type }) => type !== "string") ?? schema;
};

/** A choice of single texts is an enumeration. */
const asEnumeration = (schema: JsonSchema): JsonSchema => {
  const branches = branchesOf(schema);
  if (branches.length === 0 || !branches.every(({ const: only }) => typeof only === "string")) return schema;
  const { anyOf: _, ...rest } = schema;
  return { ...rest, type: "string", enum: branches.map(({ const: only }) => only) };
};

/** More fields may come in any answer, and in a request they are refused: that is said once, of all. */
const withoutClosing = (schema: JsonSchema): JsonSchema => {
  if (schema.additionalProperties !== false) return schema;
  const { additionalProperties: _, ...open } = schema;
  return open;
};

/** The schema in the words of OpenAPI 3.1: without what only our validators know. */
export const plainSchema = (schema: JsonSchema): JsonSchema => {
  const { error: _, ...words } = mapWithin(schema, plainSchema);
  return withoutClosing(asEnumeration(asNumber(words)));
};
