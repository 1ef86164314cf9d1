import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { signIn } from "../tools/client/sign-in.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(90_000);

const operationSchema = z.looseObject({ "x-audience": z.string() });
const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });

interface Route {
  readonly method: string;
  readonly path: string;
  readonly audience: string;
}

const own = ownFolder();
let url = "";
let routes: Route[] = [];
let customerToken = "";

beforeAll(async () => {
  ({ url } = await own.start());
  const document = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      audience: operation["x-audience"],
    })),
  );
  const api = createApiClient(url);
  const sandbox = createSandboxClient(api, readKeptSecrets(own.dataDir).SANDBOX_TOKEN ?? "");
  customerToken = (await signIn(api, sandbox, { firstName: "Nobody", phone: "+15550123456" })).accessToken;
});
afterAll(own.close);

/** Calls a route with ids that are nobody's; the head of the answer is enough. */
const statusOf = async ({ method, path }: Route, headers: Record<string, string> = {}): Promise<number> => {
  const aborter = new AbortController();
  const filled = path.replaceAll(/\{[^}]+\}/g, "0192f0c0-0000-7000-8000-00000000dead");
  const init: RequestInit = {
    method,
    headers: { "content-type": "application/json", ...headers },
    signal: aborter.signal,
  };
  const answer = await fetch(`${url}${filled}`, method === "GET" ? init : { ...init, body: "{}" });
  aborter.abort();
  return answer.status;
};

describe("every route of the API document", () => {
  test("there are as many as the shop needs", () => {
    expect(routes.length).toBeGreaterThan(30);
  });

  test("those that the gateway answers for several services are among them, each for its audience", () => {
    const audiences = routes
      .filter(({ path }) => /^\/v1\/ops\/(parked|outbox)/.test(path))
      .map(({ method, path, audience }) => `${method} ${path} ${audience}`);
    expect(audiences.toSorted()).toEqual([
      "GET /v1/ops/outbox staff",
      "GET /v1/ops/parked staff",
      "POST /v1/ops/parked/replay staff",
      "POST /v1/ops/parked/{id}/drop admin",
      "POST /v1/ops/parked/{id}/replay staff",
    ]);
  });

  test("is closed to strangers unless it is public", async () => {
    const closed = routes.filter(({ audience }) => ["customer", "staff", "admin"].includes(audience));
    const open = await Promise.all(
      closed.map(async (route) => ({ ...route, status: await statusOf(route) })),
    );
    expect(open.filter(({ status }) => status !== 401)).toEqual([]);
  });

  test("is closed to a forged token", async () => {
    const forged = `Bearer ${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"x","role":"admin"}')}.`;
    const closed = routes.filter(({ audience }) => ["customer", "staff", "admin"].includes(audience));
    const open = await Promise.all(
      closed.map(async (route) => ({ ...route, status: await statusOf(route, { authorization: forged }) })),
    );
    expect(open.filter(({ status }) => status !== 401)).toEqual([]);
  });

  test("is closed to a customer where it is for staff and admins", async () => {
    const closed = routes.filter(({ audience }) => ["staff", "admin"].includes(audience));
    const open = await Promise.all(
      closed.map(async (route) => ({
        ...route,
        status: await statusOf(route, { authorization: `Bearer ${customerToken}` }),
      })),
    );
    expect(open.filter(({ status }) => status !== 403)).toEqual([]);
  });

  test("no internal route is reached through the gateway", async () => {
    for (const path of [
      "/internal/users/1",
      "/internal/sessions/revoked",
      "/internal/codes",
      "/internal/stock/changes",
      "/internal/products",
    ]) {
      expect(
        (
          await fetch(`${url}${path}`, {
            headers: { "x-internal-token": readKeptSecrets(own.dataDir).INTERNAL_TOKEN ?? "" },
          })
        ).status,
      ).toBe(404);
    }
  });

  test("every refusal is problem+json with a request id", async () => {
    for (const { method, path } of routes.filter(({ audience }) => audience === "customer").slice(0, 10)) {
      const answer = await fetch(`${url}${path}`, {
        method,
        ...(method === "GET" ? {} : { body: "{}", headers: { "content-type": "application/json" } }),
      });
      expect(answer.headers.get("content-type")).toBe("application/problem+json");
      expect(((await answer.json()) as { requestId: string }).requestId).toBe(
        answer.headers.get("x-request-id") ?? "",
      );
    }
  });
});
