import type { JsonSchema, OpenApi, Operation, Parameter } from "../../gateway/api-document/open-api.ts";

// The types that openapi-fetch wants (`paths`, `components`), of an OpenAPI 3.1 document. The generators that there are need the compiler's
// JavaScript API, which TypeScript 7 does not have.

const REFERENCE = "#/components/schemas/";

const quoted = (name: string): string => JSON.stringify(name);

/** A name as a key: in quotes only where it has to be. */
const keyOf = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

const comment = (text: unknown): string =>
  typeof text === "string" && text !== "" ? `/** ${text.replaceAll("*/", "*\\/")} */\n` : "";

const property = ([name, schema]: readonly [string, JsonSchema], required: readonly unknown[]): string =>
  `${comment(schema.description)}${keyOf(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`;

const objectType = (schema: JsonSchema): string => {
  const required = (schema.required ?? []) as unknown[];
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  const rest = (schema.additionalProperties ??
    Object.values((schema.patternProperties ?? {}) as object)[0]) as JsonSchema | boolean | undefined;
  const restType = typeof rest === "object" ? typeOf(rest) : "unknown";
  if (properties.length === 0) return `Record<string, ${restType}>`;
  const open = rest === true ? ["[name: string]: unknown;"] : [];
  return `{\n${[...properties.map((one) => property(one, required)), ...open].join("\n")}\n}`;
};

const arrayType = ({ items }: JsonSchema): string => {
  const item = typeOf((items ?? {}) as JsonSchema);
  return `(${item})[]`;
};

const union = (schemas: readonly JsonSchema[]): string =>
  [...new Set(schemas.map((schema) => typeOf(schema)))].join(" | ");

/** The type of a schema's values. What a type cannot say, such as bounds and patterns, is left out. */
export const typeOf = (schema: JsonSchema): string => {
  const { $ref, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === "string") return `components["schemas"][${quoted($ref.slice(REFERENCE.length))}]`;
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (choices !== undefined) return union(choices);
  if (Array.isArray(allOf)) return allOf.map((part) => `(${typeOf(part as JsonSchema)})`).join(" & ");
  if (Array.isArray(type)) return union(type.map((one) => ({ ...schema, type: one })));
  switch (type) {
    case "object":
      return objectType(schema);
    case "array":
      return arrayType(schema);
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return type;
    default:
      return "unknown";
  }
};

const PLACES = ["query", "header", "path", "cookie"] as const;

const parametersType = (parameters: readonly Parameter[], place: (typeof PLACES)[number]): string => {
  const own = parameters.filter((parameter) => parameter.in === place);
  if (own.length === 0) return `${place}?: never;`;
  const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
  const rows = own.map(({ name, schema = {}, description }) =>
    property([String(name), { ...schema, description }], required),
  );
  return `${place}${required.length === 0 ? "?" : ""}: {\n${rows.join("\n")}\n};`;
};

const contentType = (content: Operation["requestBody"] | undefined): string => {
  const media = Object.entries(content?.content ?? {});
  if (media.length === 0) return "content?: never;";
  const rows = media.map(([type, { schema = {} }]) => `${quoted(type)}: ${typeOf(schema)};`);
  return `content: {\n${rows.join("\n")}\n};`;
};

const operationType = ({ summary, parameters = [], requestBody, responses = {} }: Operation): string => {
  const body =
    requestBody === undefined
      ? "requestBody?: never;"
      : `requestBody${requestBody.required === true ? "" : "?"}: {\n${contentType(requestBody)}\n};`;
  const answers = Object.entries(responses).map(
    ([status, response]) =>
      `${comment(response.description)}${status}: {\nheaders: Record<string, unknown>;\n${contentType(response)}\n};`,
  );
  return `${comment(summary)}parameters: {\n${PLACES.map((place) => parametersType(parameters, place)).join("\n")}\n};\n${body}\nresponses: {\n${answers.join("\n")}\n};`;
};

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** The text of a module that declares `paths`, `operations` and `components` of the document. */
export const declarationsOf = ({ paths, components }: OpenApi): string => {
  const schemas = Object.entries((components?.schemas ?? {}) as Record<string, JsonSchema>);
  const operations = Object.values(paths).flatMap((item) => Object.values(item));
  const pathRows = Object.entries(paths).map(([path, item]) => {
    const rows = methods.map((method) => {
      const operation = item[method];
      return operation === undefined
        ? `${method}?: never;`
        : `${method}: operations[${quoted(String(operation.operationId))}];`;
    });
    return `${quoted(path)}: {\n${rows.join("\n")}\n};`;
  });
  return [
    "// Made of docs/openapi.json by `bun run openapi`.",
    `export interface paths {\n${pathRows.join("\n")}\n}`,
    `export interface operations {\n${operations.map((operation) => `${String(operation.operationId)}: {\n${operationType(operation)}\n};`).join("\n")}\n}`,
    `export interface components {\nschemas: {\n${schemas.map(([name, schema]) => `${comment(schema.description)}${keyOf(name)}: ${typeOf(schema)};`).join("\n")}\n};\n}`,
    "",
  ].join("\n\n");
};
