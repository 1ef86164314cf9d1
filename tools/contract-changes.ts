// What may become of a contract within its version. Publishers and consumers of two releases run side by side during a deploy,
// and events of last week wait in queues: either must read what the other writes. So a field may be added, where nobody
// has to send it. Whatever else changes makes a new version.

/** A JSON Schema, as far as the contracts use it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Says nothing about which data is valid. */
const SILENT = new Set(["$schema", "title", "description"]);
/** Compared by their own rules. */
const STRUCTURE = new Set(["properties", "required", "items", "anyOf", "oneOf", "allOf", "prefixItems"]);
const ALTERNATIVES = ["anyOf", "oneOf", "allOf", "prefixItems"] as const;

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const schemaAt = (value: unknown): JsonSchema => (isSchema(value) ? value : {});
const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** A named format says it all; the pattern beside it is how the library checks it. */
const isSilent = (keyword: string, schema: JsonSchema): boolean =>
  SILENT.has(keyword) || (keyword === "pattern" && schema.format !== undefined);

const keywordsOf = (schema: JsonSchema): string[] =>
  Object.keys(schema).filter((keyword) => !STRUCTURE.has(keyword) && !isSilent(keyword, schema));

const changedKeywords = (before: JsonSchema, after: JsonSchema, at: string): string[] =>
  [...new Set([...keywordsOf(before), ...keywordsOf(after)])]
    .filter((keyword) => !Bun.deepEquals(before[keyword], after[keyword], true))
    .map((keyword) => `${at}: \`${keyword}\` has changed`);

const changedFields = (before: JsonSchema, after: JsonSchema, at: string): string[] => {
  const [old, now] = [schemaAt(before.properties), schemaAt(after.properties)];
  const [required, requires] = [namesIn(before.required), namesIn(after.required)];
  const gone = Object.keys(old).filter((name) => !(name in now));
  const loosened = required.filter((name) => name in now && !requires.includes(name));
  const tightened = requires.filter((name) => !required.includes(name));
  return [
    ...gone.map((name) => `${at}.${name}: has gone`),
    ...loosened.map((name) => `${at}.${name}: need no longer be there`),
    ...tightened.map((name) => `${at}.${name}: must be there from now on`),
    ...Object.keys(old)
      .filter((name) => name in now)
      .flatMap((name) => contractChanges(schemaAt(old[name]), schemaAt(now[name]), `${at}.${name}`)),
  ];
};

const changedAlternatives = (before: JsonSchema, after: JsonSchema, at: string): string[] =>
  ALTERNATIVES.flatMap((keyword) => {
    const [old, now] = [before[keyword] ?? [], after[keyword] ?? []] as [unknown[], unknown[]];
    if (old.length !== now.length) return [`${at}: \`${keyword}\` has changed`];
    return old.flatMap((one, i) => contractChanges(schemaAt(one), schemaAt(now[i]), at));
  });

/** Every difference that needs a new version, as a sentence that begins with its place; none when there is none. */
export const contractChanges = (before: JsonSchema, after: JsonSchema, at = "data"): string[] => [
  ...changedKeywords(before, after, at),
  ...changedFields(before, after, at),
  ...changedAlternatives(before, after, at),
  ...(isSchema(before.items) || isSchema(after.items)
    ? contractChanges(schemaAt(before.items), schemaAt(after.items), `${at}[]`)
    : []),
];
