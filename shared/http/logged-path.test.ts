import { expect, test } from "bun:test";
import { loggedPath } from "./logged-path.ts";

test("a path is logged with its words and ids", () => {
  for (const path of [
    "/",
    "/v1/orders/0190a000-0000-7000-8000-000000000001/lines/0190a000-0000-7000-8000-000000000002",
    "/.well-known/jwks.json",
    "/v1/users/me/export",
    "/v1/auth/telegram/oidc/callback",
    "/openapi.json",
    "/v1/ops/parked",
  ])
    expect(loggedPath(path)).toBe(path);
});

test("a query is not logged", () => {
  expect(loggedPath("/v1/products?q=042917#x")).toBe("/v1/products");
});

test("what else somebody puts into an address is hidden", () => {
  for (const secret of [
    "042917",
    "q3fVhT_0aLk2mXwPz8sNeg",
    "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln",
    "%2B15550173322",
    "tram%20oak%20lamp",
    "7000000001:AAsandbox",
    "VASE-LAST",
    "a".repeat(200),
  ])
    expect(loggedPath(`/v1/users/${secret}/x`)).toBe("/v1/users/:hidden/x");
});
