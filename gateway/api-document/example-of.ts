import type { JsonSchema } from "./open-api.ts";

/** What a text of this format may look like. */
const TEXTS: Readonly<Record<string, string>> = {
  uuid: "0192f0c0-7a3c-7d41-9b1e-2f6a9c3d5e70",
  "date-time": "2026-01-15T09:30:00.000Z",
  date: "2026-01-15",
  uri: "https://shop.example/",
  email: "nora@example.org",
};

const objectExample = (schema: JsonSchema): Record<string, unknown> => {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>;
  return Object.fromEntries(Object.entries(properties).map(([name, within]) => [name, exampleOf(within)]));
};

const textExample = ({ format, minLength }: JsonSchema): string => {
  const text = TEXTS[String(format)] ?? "text";
  return text.padEnd(Number(minLength ?? 0), "t");
};

const firstOf = ({ examples, const: only, enum: values, default: usual }: JsonSchema): unknown =>
  [(examples as unknown[] | undefined)?.[0], only, (values as unknown[] | undefined)?.[0], usual].find(
    (value) => value !== undefined,
  );

/**
 * A value that the schema takes: its own first example, where it has one, else put together from those of its parts. A text with a pattern
 * needs an example of its own.
 */
export const exampleOf = (schema: JsonSchema): unknown => {
  const first = firstOf(schema);
  if (first !== undefined) return first;
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (choices?.[0] !== undefined) return exampleOf(choices[0]);
  switch (schema.type) {
    case "object":
      return objectExample(schema);
    case "array":
      return [exampleOf((schema.items ?? {}) as JsonSchema)];
    case "integer":
    case "number":
      return Number(schema.minimum ?? 1);
    case "boolean":
      return true;
    case "string":
      return textExample(schema);
    default:
      return null;
  }
};
