import { expect, test } from "bun:test";
import { KioskProblem } from "../../../client/index.ts";
import { isSpent, returnOf, startOf } from "./provider-return.ts";

test("a code comes back with the provider that the address names", () => {
  expect(returnOf({ search: "?provider=telegram&to=%2Fcart", hash: "#signInCode=abc-1" })).toEqual({
    kind: "code",
    name: "telegram",
    code: "abc-1",
  });
});

test("a no comes back as one, and what nobody knows as a refusal", () => {
  expect(returnOf({ search: "?provider=acme", hash: "#signInError=denied" })).toEqual({
    kind: "failure",
    failure: "denied",
  });
  expect(returnOf({ search: "?provider=acme", hash: "#signInError=hm" })).toEqual({
    kind: "failure",
    failure: "refused",
  });
});

test.each([
  ["", ""],
  ["?to=/cart", "#signInCode=abc"],
  ["?provider=acme", "#content"],
])("%p %p is nobody's return", (search, hash) => {
  expect(returnOf({ search, hash })).toBeNull();
});

test("the way there names the way back, whatever is in it", () => {
  const start = new URL(
    startOf({ name: "acme", path: "/v1/auth/oidc/acme" }, "/p/a&b?c=d"),
    "https://shop.example",
  );
  expect(start.pathname).toBe("/v1/auth/oidc/acme/start");
  const back = new URL(start.searchParams.get("returnTo") ?? "", "https://shop.example");
  expect([back.pathname, ...back.searchParams]).toEqual([
    "/sign-in",
    ["provider", "acme"],
    ["to", "/p/a&b?c=d"],
  ]);
});

test("a code that the shop has refused is spent, one that it could not look at is worth another try", () => {
  const isSpentAfter = (status: number) => isSpent(new KioskProblem(status, null));
  expect([401, 422].map(isSpentAfter)).toEqual([true, true]);
  expect([0, 429, 500, 503, 504].map(isSpentAfter)).toEqual([false, false, false, false, false]);
});
