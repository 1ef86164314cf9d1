import { describe, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import type { Content, JsonSchema, OpenApi, Operation } from "./open-api.ts";
import { operationNames } from "./operation-names.ts";

// Of the document as it is checked in; that it is what a Kiosk answers is compared where one runs (e2e/audiences.test.ts).
const document = (await Bun.file(new URL("../../docs/openapi.json", import.meta.url)).json()) as OpenApi;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation: operation as Operation,
  })),
);

/** Request and answers of an operation with content. */
const contentsOf = ({ requestBody, responses = {} }: Operation): readonly Content[] =>
  [requestBody, ...Object.values(responses)].flatMap((body) => (body?.content ? [body.content] : []));

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addSchema({ $id: "api", components: document.components });

const checks = new Map<string, ValidateFunction>();
/** What is wrong with a value; "No errors" where the schema takes it. Its references lead into the document. */
const problemsOf = (schema: JsonSchema, value: unknown): string => {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/');
  const check = checks.getOrInsertComputed(text, () => ajv.compile(JSON.parse(text)));
  return check(value) ? "No errors" : ajv.errorsText(check.errors);
};

describe("the API document", () => {
  test("is valid OpenAPI", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toMatchObject({ valid: true });
  });

  test("names each operation once, and no operation that is not there", () => {
    const named = operations.filter(({ name }) => name.includes(" /v1/"));
    expect(Object.keys(operationNames).sort()).toEqual(named.map(({ name }) => name).sort());
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("says of every operation what it does, who may, and what comes of it", () => {
    for (const { name, operation } of operations) {
      const { summary, tags, responses = {} } = operation;
      expect([name, typeof summary, (tags as unknown[]).length]).toEqual([name, "string", 1]);
      expect([name, typeof operation["x-audience"]]).toEqual([name, "string"]);
      expect([name, Object.keys(responses).some((status) => /^[23]/.test(status))]).toEqual([name, true]);
      for (const { description } of Object.values(responses)) expect([name, description]).not.toContain("");
    }
  });

  test("has an example of every body, which its schema takes", () => {
    for (const { name, operation } of operations)
      for (const [type, { schema = {}, example }] of contentsOf(operation).flatMap(Object.entries)) {
        expect([name, type, example === undefined]).toEqual([name, type, false]);
        expect([name, type, problemsOf(schema, example)]).toEqual([name, type, "No errors"]);
      }
  });

  test("tells every refusal as problem details", () => {
    for (const { name, operation } of operations)
      for (const [status, { content = {} }] of Object.entries(operation.responses ?? {}))
        if (Number(status) >= 400 && !["/health", "/ready"].some((path) => name.endsWith(` ${path}`)))
          expect([name, status, Object.keys(content)]).toEqual([name, status, ["application/problem+json"]]);
  });

  test("shows nothing of the inside", () => {
    expect(Object.keys(document.paths).filter((path) => path.startsWith("/internal"))).toEqual([]);
  });
});
