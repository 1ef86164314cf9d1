// As much of OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1) as we read and write.

export type Json = Readonly<Record<string, unknown>>;
/** A schema of JSON Schema 2020-12. */
export type JsonSchema = Json;

export interface MediaType extends Json {
  readonly schema?: JsonSchema;
  readonly example?: unknown;
}

export type Content = Readonly<Record<string, MediaType>>;

export interface Parameter extends Json {
  readonly schema?: JsonSchema;
}

export interface Body extends Json {
  readonly description?: string;
  readonly content?: Content;
}

export interface Operation extends Json {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Body;
  readonly responses?: Readonly<Record<string, Body>>;
}

/** Operations by method, in small letters. */
export type PathItem = Readonly<Record<string, Operation>>;

export interface OpenApi extends Json {
  readonly info: Json;
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components?: Json;
}

/** The same with each value changed. */
export const mapValues = <From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From, name: string) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));

/** The document with each operation changed. */
export const mapOperations = (
  document: OpenApi,
  change: (operation: Operation, method: string, path: string) => Operation,
): OpenApi => ({
  ...document,
  paths: mapValues(document.paths, (item, path) =>
    mapValues(item, (operation, method) => change(operation, method, path)),
  ),
});
