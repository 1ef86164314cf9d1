import { describe, expect, test } from "bun:test";
import { addCors, preflight } from "./cors.ts";

const PAGE = "https://app.example";
const EXCHANGE = "/v1/auth/telegram/oidc/exchange";
const asked = (path: string, origin = PAGE) =>
  new Request(`https://shop.example${path}`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });

/** Whether a page of that origin may bring cookies along, by the preflight and by the answer. */
const bringsCookies = (path: string, allowed: readonly string[], origin = PAGE): boolean[] => {
  const request = asked(path, origin);
  const answer = new Response();
  addCors(answer, request, allowed);
  return [preflight(request, allowed) ?? new Response(), answer].map(
    ({ headers }) => headers.get("access-control-allow-credentials") === "true",
  );
};

describe("cookies from other origins", () => {
  test("are let through where a sign-in with a provider ends, from origins that are allowed by name", () => {
    expect(bringsCookies(EXCHANGE, [PAGE])).toEqual([true, true]);
    expect(bringsCookies("/v1/auth/oidc/acme/exchange", [PAGE])).toEqual([true, true]);
  });

  test("are let through nowhere else, and from nobody else", () => {
    expect(bringsCookies("/v1/auth/refresh", [PAGE])).toEqual([false, false]);
    expect(bringsCookies(`${EXCHANGE}/more`, [PAGE])).toEqual([false, false]);
    expect(bringsCookies(EXCHANGE, ["*"])).toEqual([false, false]);
    expect(bringsCookies(EXCHANGE, [PAGE, "*"], "https://evil.example")).toEqual([false, false]);
  });
});
