import { STATUS_CODES } from "node:http";
import { exampleOf } from "./example-of.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import { type Body, type Content, type JsonSchema, mapValues, type Operation } from "./open-api.ts";
import { plainSchema } from "./plain-schema.ts";

const JSON_TYPE = "application/json";
const PROBLEM_TYPE = "application/problem+json";

/** Elysia offers forms and text beside JSON for every schema: ours are JSON, but where a route names something else. */
const ownContent = (content: Content): Content => {
  const json = content[JSON_TYPE];
  return json === undefined ? content : { [JSON_TYPE]: json };
};

/** Each content with its schema in plain words, named parts referred to, and an example. */
const described = (content: Content, named: NamedSchemas): Content =>
  mapValues(content, ({ schema, ...media }) => {
    if (schema === undefined) return media;
    const plain = plainSchema(schema as JsonSchema);
    return { ...media, schema: named.refer(plain), example: media.example ?? exampleOf(plain) };
  });

/** What @elysiajs/swagger puts beside the content, of the schema, back into it: its name and its examples. */
const withOwnWords = ({ title, examples }: Body, content: Content): Content =>
  mapValues(content, ({ schema, ...media }) => ({
    ...media,
    ...(schema === undefined
      ? {}
      : {
          schema: {
            ...(title === undefined ? {} : { title }),
            ...(examples === undefined ? {} : { examples }),
            ...schema,
          },
        }),
  }));

const describedBody = (body: Body, named: NamedSchemas, usual = ""): Body => {
  const { content, description = usual, required, headers } = body;
  if (content === undefined) return { description };
  return {
    description,
    ...(required === undefined ? {} : { required }),
    ...(headers === undefined ? {} : { headers }),
    content: described(withOwnWords(body, ownContent(content)), named),
  };
};

const isRefusal = (status: string): boolean => Number(status) >= 400;

/** Every refusal is problem details, whatever else it tells. */
const asProblem = (response: Body, status: string): Body => {
  const media = response.content?.[JSON_TYPE];
  if (media === undefined) return response;
  const example = { ...(media.example as object), status: Number(status) };
  return { ...response, content: { [PROBLEM_TYPE]: { ...media, example } } };
};

/** One operation as the documents of OpenAPI 3.1 have it, with an example of each body. */
export const plainOperation = (operation: Operation, named: NamedSchemas): Operation => {
  const { parameters = [], requestBody, responses = {} } = operation;
  return {
    ...operation,
    parameters: parameters.map(({ schema = {}, examples: _, ...parameter }) => ({
      ...parameter,
      schema: named.refer(plainSchema(schema)),
    })),
    ...(requestBody === undefined ? {} : { requestBody: describedBody(requestBody, named) }),
    responses: mapValues(responses, (response, status) => {
      const plain = describedBody(response, named, STATUS_CODES[status]);
      return isRefusal(status) ? asProblem(plain, status) : plain;
    }),
  };
};
