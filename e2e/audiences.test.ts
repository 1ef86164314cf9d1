import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import type { OpenApi } from "../gateway/api-document/open-api.ts";
import { INTERNAL_TOKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { permissions, type Role } from "../shared/contracts/permissions.ts";
import { routePermissions } from "../shared/contracts/route-permissions.ts";
import { stepUpActionNames } from "../shared/contracts/step-up.ts";
import { AUDIENCES_PAGE, audiencesPage } from "../tools/audiences/page.ts";
import { everyDoor, nameOf, permissionOf, type Route, readRoutes } from "../tools/audiences/routes.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { createSandboxClient, type SandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import { stepUp } from "../tools/client/step-up.ts";
import { generatedFiles } from "../tools/openapi/files.ts";
import {
  type Caller,
  callers,
  expected,
  isAsExpected,
  isRole,
  roleOf,
  type Seen,
} from "./audiences/expected.ts";
import { ownFolder } from "./own-folder.ts";

setDefaultTimeout(120_000);

const own = ownFolder();
const doors = everyDoor();
let url = "";
let routes: Route[] = [];
let api: ApiClient;
let sandbox: SandboxClient;
let admin: SignedIn;
let tokens: Record<Exclude<Caller, "nobody" | "service">, string>;

let people = 0;
const newcomer = async (): Promise<SignedIn> => {
  people += 1;
  return signIn(api, sandbox, { firstName: "Nobody", phone: `+1555012${String(people).padStart(4, "0")}` });
};
const secrets = () => readKeptSecrets(own.dataDir);

/** Somebody with a role and a session of their own, to be ended by what is called. */
const someone = async (role: Role): Promise<SignedIn> => {
  const person = await newcomer();
  if (role === "customer") return person;
  const call = { method: "PATCH", body: { role }, token: tokens["proved admin"] } as const;
  expect((await api.send(`/v1/users/${person.userId}`, call)).status).toBe(200);
  const pair = await api.send("/v1/auth/refresh", {
    method: "POST",
    body: { refreshToken: person.refreshToken },
  });
  return { ...person, accessToken: (pair.body as { accessToken: string }).accessToken };
};

beforeAll(async () => {
  ({ url } = await own.start({ env: doors.env, parts: doors.parts }));
  routes = await readRoutes(doors.urlOf);
  api = createApiClient(url);
  sandbox = createSandboxClient(api, secrets().SANDBOX_TOKEN ?? "");
  admin = await signIn(api, sandbox, { firstName: "Ada", phone: SANDBOX_ADMIN_PHONE });
  const proved = await stepUp(api, sandbox, admin);
  const forged = `${btoa('{"alg":"none","typ":"at+jwt"}')}.${btoa('{"sub":"x","role":"admin"}')}.`;
  const initData = await sandbox.initData(admin.personId);
  const byMiniApp = await api.send("/v1/auth/telegram/miniapp", { method: "POST", body: { initData } });
  tokens = {
    ...{ forged, customer: "", staff: "", admin: admin.accessToken, "proved admin": proved.accessToken },
    "admin without a code": (byMiniApp.body as { accessToken: string }).accessToken,
  };
  tokens.customer = (await someone("customer")).accessToken;
  tokens.staff = (await someone("staff")).accessToken;
});
afterAll(own.close);

const headersOf = (caller: Caller, token = ""): Record<string, string> => {
  if (caller === "nobody") return {};
  if (caller === "service") return { [INTERNAL_TOKEN_HEADER]: secrets().INTERNAL_TOKEN ?? "" };
  return { authorization: `Bearer ${token || tokens[caller]}` };
};

/** Calls a route with ids that are nobody's; of an answer that is no problem the head is enough. */
const call = async (
  base: string,
  { method, path }: Pick<Route, "method" | "path">,
  headers: object,
): Promise<Seen> => {
  const aborter = new AbortController();
  const filled = path.replaceAll(/\{[^}]+\}/g, "0192f0c0-0000-7000-8000-00000000dead");
  const init: RequestInit = {
    method,
    redirect: "manual",
    headers: { "content-type": "application/json", ...headers },
    signal: aborter.signal,
  };
  const answer = await fetch(`${base}${filled}`, method === "GET" ? init : { ...init, body: "{}" });
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  const code = isProblem ? ((await answer.json()) as { code: string }).code : null;
  aborter.abort();
  return { status: answer.status, code };
};

/** Ends the session of who calls it: everybody calls these with one of their own. */
const endsOwnSession = ({ method, path }: Route): boolean =>
  /^\/v1\/auth\/logout/.test(path) || (method === "DELETE" && /^\/v1\/users\/me(\/sessions)?$/.test(path));

const walk = async (route: Route): Promise<{ row: string; wrong: string[] }> => {
  const wrong: string[] = [];
  const cells: string[] = [];
  for (const caller of callers) {
    const role = roleOf(caller);
    const victim = role !== null && endsOwnSession(route) ? (await someone(role)).accessToken : undefined;
    const seen = await call(doors.urlOf(route.service), route, headersOf(caller, victim));
    cells.push(String(seen.status));
    const want = expected(route, caller);
    if (!isAsExpected(route, want, seen))
      wrong.push(
        `${route.service} ${nameOf(route)} for ${caller}: ${seen.status} ${seen.code ?? ""}, not ${JSON.stringify(want)}`,
      );
  }
  const row = [route.service.padEnd(10), route.audience.padEnd(9), nameOf(route).padEnd(56), ...cells].join(
    " ",
  );
  return { row, wrong };
};

describe("every route of every service's document", () => {
  test("auth-23: lets in whom its audience names, and nobody else", async () => {
    expect(routes.length).toBeGreaterThan(80);
    const walked: { row: string; wrong: string[] }[] = [];
    for (const route of routes) walked.push(await walk(route));
    process.stdout.write(`${"service".padEnd(10)} audience  route${" ".repeat(52)}${callers.join(", ")}\n`);
    for (const { row } of walked) process.stdout.write(`${row}\n`);
    expect(walked.flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  test("for staff or admins is opened by exactly one right, of the same role", () => {
    const beyond = routes.filter(({ audience }) => audience === "staff" || audience === "admin");
    const roleOfRight = (route: Route) => {
      const right = permissionOf(route);
      return right === null ? null : permissions[right];
    };
    expect(beyond.filter((route) => roleOfRight(route) !== route.audience).map(nameOf)).toEqual([]);
    const named: readonly string[] = Object.values(routePermissions).flat();
    expect(named.length).toBe(new Set(named).size);
    const known = new Set(beyond.map(nameOf));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  test("auth-22: wants a fresh code for an action that one can ask for, and for the risky ones", () => {
    const risky = routes.filter(({ stepUp: action }) => action !== null);
    const actions: readonly string[] = stepUpActionNames;
    expect(risky.filter(({ stepUp: action }) => !actions.includes(action ?? ""))).toEqual([]);
    expect(new Set(risky.map((route) => `${nameOf(route)} ${route.stepUp}`))).toEqual(
      new Set([
        "PATCH /v1/users/{id} users.manage",
        "DELETE /v1/users/{id} users.erase",
        "POST /v1/broadcasts/{id}/start broadcast.send",
        "POST /v1/ops/parked/{id}/drop ops.drop",
      ]),
    );
  });

  test("stands in docs/audiences.md (bun run audiences writes it)", async () => {
    expect(await Bun.file(AUDIENCES_PAGE).text()).toBe(audiencesPage(routes));
  });
});

test("the API stands in docs/openapi.json and in the client's types (bun run openapi writes both)", async () => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  for (const [path, text] of await generatedFiles(document)) expect(await Bun.file(path).text()).toBe(text);
});

describe("through the gateway", () => {
  test("the same routes have the same audiences, and no internal one is among them", async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { "x-audience": string }>>;
    };
    const shown = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(
        ([method, operation]) => `${method.toUpperCase()} ${path} ${operation["x-audience"]}`,
      ),
    );
    const outside = routes.filter(({ path }) => !path.startsWith("/internal/"));
    const own = ["/docs", "/health", "/ready"].map((path) => `GET ${path} public`);
    expect(shown.toSorted()).toEqual(
      [...new Set([...own, ...outside.map((route) => `${nameOf(route)} ${route.audience}`)])].toSorted(),
    );
  });

  test("closed routes are closed to strangers and to customers, each as problem+json with a request id", async () => {
    const closed = routes.filter(({ audience, path }) => isRole(audience) && !path.startsWith("/internal/"));
    for (const route of closed) {
      expect({ route: nameOf(route), ...(await call(url, route, {})) }).toMatchObject({
        ...{ route: nameOf(route), status: 401, code: "UNAUTHENTICATED" },
      });
      if (route.audience === "customer") continue;
      const seen = await call(url, route, headersOf("customer"));
      expect({ route: nameOf(route), ...seen }).toEqual({
        route: nameOf(route),
        status: 403,
        code: "FORBIDDEN",
      });
    }
    const answer = await fetch(`${url}/v1/users/me`);
    expect(((await answer.json()) as { requestId: string }).requestId).toBe(
      answer.headers.get("x-request-id") ?? "",
    );
  });

  test("no internal route is reached, whatever token is shown", async () => {
    for (const route of routes.filter(({ audience }) => audience === "service"))
      expect({ route: nameOf(route), ...(await call(url, route, headersOf("service"))) }).toMatchObject({
        status: 404,
      });
  });
});
