import { expect, test } from "bun:test";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { silentLogger } from "../testing/silent-logger.ts";
import { errorMapper } from "./error-mapper.ts";
import { optionalJson } from "./optional-json.ts";
import { strictObject } from "./schemas.ts";

const app = new Elysia({ normalize: false })
  .use(errorMapper(silentLogger()))
  .post("/v1/things", ({ body }) => ({ n: body?.n ?? null }), {
    parse: [optionalJson, "json"],
    body: Type.Optional(strictObject({ n: Type.Integer() })),
  });

const post = async (body?: string, type = "application/json") => {
  const answer = await app.handle(
    new Request("http://kiosk.example/v1/things", {
      method: "POST",
      headers: { "content-type": type },
      ...(body === undefined ? {} : { body }),
    }),
  );
  return { status: answer.status, body: (await answer.json()) as { n?: number | null; code?: string } };
};

test("a body that need not be there may be missing, and what is there counts", async () => {
  for (const nothing of [undefined, "", " \n"])
    expect(await post(nothing)).toEqual({ status: 200, body: { n: null } });
  expect(await post('{"n":1}')).toEqual({ status: 200, body: { n: 1 } });
});

test("a body that is no JSON, or no such object, is not taken for none", async () => {
  for (const wrong of ['{"n":1', '{"a":1}', "null", "[]", "1", "false", '{"n":1}{"n":2}', '{"n":"\u0000"}'])
    expect(await post(wrong)).toMatchObject({ status: 422, body: { code: "VALIDATION" } });
});
