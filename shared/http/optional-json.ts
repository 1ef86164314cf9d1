/**
 * Reads a body that need not be there, for a route with `parse: [optionalJson, "json"]`: what is there has to be an object of JSON. With
 * `"json"` alone Elysia (1.4.30) takes a body that is no JSON for none where none is needed, and does without what somebody has asked for;
 * and it does not look at one that is null, a number or a list. Fails with a SyntaxError, which Elysia reports as one of parsing.
 */
export const optionalJson = async ({ request }: { readonly request: Request }): Promise<unknown> => {
  const text = await request.text();
  if (text.trim() === "") return undefined;
  const body: unknown = JSON.parse(text);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new SyntaxError("an object is expected");
};
