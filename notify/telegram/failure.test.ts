import { expect, test } from "bun:test";
import { createApi } from "./connection.ts";
import { failureOf } from "./failure.ts";

test("an answer that is not the Bot API's says nothing of what became of the call", async () => {
  const proxy = async () => Response.json({ title: "Not available just now", status: 503 }, { status: 503 });
  const api = createApi(
    { token: `1:${"x".repeat(35)}`, apiRoot: "https://api.telegram.org", fetch: proxy },
    1,
  );
  const error = await api.getMe().catch((thrown: unknown) => thrown);
  expect(failureOf(error)).toEqual({ kind: "no-answer", code: "NOT_THE_BOT_API" });
});
