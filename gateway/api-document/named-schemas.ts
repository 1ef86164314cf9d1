import { isDeepStrictEqual } from "node:util";
import type { JsonSchema } from "./open-api.ts";
import { mapWithin } from "./plain-schema.ts";

/** Schemas of the document that have a name, so that each is described once. */
export interface NamedSchemas {
  /** The schema with all that have a `title` put aside and referred to. */
  refer(schema: JsonSchema): JsonSchema;
  /** Those that were put aside, by name. */
  all(): Readonly<Record<string, JsonSchema>>;
}

/** Collects the schemas of a document that have a `title`. Two that share one and differ are a mistake: it fails. */
export const collectNamedSchemas = (): NamedSchemas => {
  const named = new Map<string, JsonSchema>();

  const keep = (name: string, schema: JsonSchema): void => {
    const known = named.get(name);
    if (known !== undefined && !isDeepStrictEqual(known, schema))
      throw new Error(`Two schemas of the API are called ${name} and differ: name one otherwise`);
    named.set(name, schema);
  };

  const refer = (schema: JsonSchema): JsonSchema => {
    const { title, ...words } = mapWithin(schema, refer);
    if (typeof title !== "string") return words;
    keep(title, words);
    return { $ref: `#/components/schemas/${title}` };
  };

  return {
    refer,
    all: () => Object.fromEntries([...named].sort(([a], [b]) => a.localeCompare(b, "en"))),
  };
};
