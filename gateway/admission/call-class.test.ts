import { describe, expect, test } from "bun:test";
import { routes, sharedRoutes } from "../routes.ts";
import { bulkheadOptions } from "./admission.ts";
import { callClasses, classOf, holdsToTheEnd } from "./call-class.ts";

describe("the class of a call", () => {
  test.each([
    ["POST", "/v1/auth/otp/verify", "sign-in"],
    ["GET", "/v1/auth/telegram/oidc/callback", "sign-in"],
    ["POST", "/v1/orders", "checkout"],
    ["POST", "/v1/orders/1/cancel", "checkout"],
    ["GET", "/v1/orders", "orders"],
    ["HEAD", "/v1/orders/1", "orders"],
    ["POST", "/telegram/webhook/secret", "telegram"],
    ["GET", "/v1/users/me", "accounts"],
    ["GET", "/.well-known/jwks.json", "accounts"],
    ["GET", "/v1/products", "catalogue"],
    ["GET", "/v1/stock/A", "stock"],
    ["GET", "/v1/notifications", "notices"],
    ["GET", "/v1/stock/stream", "streams"],
    ["GET", "/v1/orders/stream", "streams"],
    ["GET", "/v1/notifications/stream", "streams"],
    ["POST", "/v1/products/import", "files"],
    ["GET", "/v1/products/export", "files"],
    ["GET", "/v1/users/me/export", "files"],
    ["GET", "/v1/ops/parked", "operations"],
    ["POST", "/v1/ops/sagas/1/retry", "operations"],
  ])("%s %s is of %s", (method, path, expected) =>
    expect<string | null>(classOf(method, path)).toBe(expected),
  );

  test("health, metrics, pages and unknown addresses have none: they are never shed", () => {
    for (const path of [
      "/health",
      "/ready",
      "/metrics",
      "/",
      "/docs",
      "/openapi.json",
      "/v2/orders",
      "/internal/x",
    ])
      expect(classOf("GET", path)).toBeNull();
  });

  test("every route that goes to a service has one", () => {
    for (const path of [...Object.keys(routes), ...Object.keys(sharedRoutes)])
      for (const method of ["GET", "POST"]) expect(classOf(method, path)).not.toBeNull();
  });

  test("whoever signs in or buys gives way last", () => {
    const patience = (name: (typeof callClasses)[number]) => bulkheadOptions[name].patienceMs;
    for (const read of ["accounts", "catalogue", "stock", "orders", "notices"] as const)
      for (const deed of ["sign-in", "checkout", "telegram"] as const)
        expect(patience(read)).toBeLessThan(patience(deed));
    expect(callClasses.filter(holdsToTheEnd)).toEqual(["files", "streams"]);
  });
});
