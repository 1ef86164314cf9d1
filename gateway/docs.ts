import { fileURLToPath } from "node:url";
import { notFound } from "../shared/kernel/errors.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { servicesSharing } from "./routes.ts";

const OPENAPI_TIMEOUT_MS = 3_000;
const SWAGGER_UI = new URL(".", import.meta.resolve("swagger-ui-dist/swagger-ui.css"));

/** Files of the page, by their path under /docs/: Swagger UI's own and the two lines that start it. */
const assets: Readonly<Record<string, URL>> = {
  "swagger-ui.css": new URL("swagger-ui.css", SWAGGER_UI),
  "swagger-ui-bundle.js": new URL("swagger-ui-bundle.js", SWAGGER_UI),
  "start.js": new URL("./pages/docs-start.js", import.meta.url),
};

/** Swagger UI writes style attributes; scripts stay our own files. */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Json = Record<string, unknown>;
interface OpenApi extends Json {
  readonly info: Json;
  readonly paths: Record<string, Record<string, Json>>;
  readonly components?: Record<string, Json>;
}

interface Parameter {
  readonly schema?: { readonly anyOf?: readonly { readonly format?: string; readonly type?: string }[] };
}

/**
 * Elysia reads a number of a query from text and documents that as "numeric text, by default 0, or a number": a page that
 * offers to try it out would send the zero. Only the number is meant.
 */
const asNumber = (parameter: Parameter): Parameter => {
  const branches = parameter.schema?.anyOf ?? [];
  if (!branches.some(({ format }) => format === "numeric")) return parameter;
  const { anyOf: _, ...number } = (branches.find(({ type }) => type !== "string") ?? {}) as Json;
  return { ...parameter, schema: number };
};

const withPlainNumbers = (operation: Json): Json =>
  Array.isArray(operation.parameters)
    ? { ...operation, parameters: operation.parameters.map(asNumber) }
    : operation;

const isOurs = (path: string): boolean => !path.startsWith("/internal/");

/** A service's document without what the gateway does not forward. */
const publicPart = (document: OpenApi): OpenApi => ({
  ...document,
  paths: Object.fromEntries(
    Object.entries(document.paths)
      .filter(([path]) => isOurs(path))
      .map(([path, operations]) => [
        path,
        Object.fromEntries(
          Object.entries(operations).map(([method, operation]) => [method, withPlainNumbers(operation)]),
        ),
      ]),
  ),
});

const fetchDocument = async (service: ServiceName, fetch: ServiceFetch): Promise<OpenApi | null> => {
  const request = new Request(`http://${service}.internal/openapi.json`, {
    signal: AbortSignal.timeout(OPENAPI_TIMEOUT_MS),
  });
  const response = await fetch(request).catch(() => null);
  return response?.ok ? publicPart((await response.json()) as OpenApi) : null;
};

/** The section of the routes that no service has for itself: any of them describes what the gateway answers for all. */
const SHARED_TAG = { name: "operations", description: "What several services have, asked for at once." };

const sectionOf = (path: string, service: ServiceName): string =>
  servicesSharing(path) === null ? service : SHARED_TAG.name;

const merge = (documents: readonly (readonly [ServiceName, OpenApi])[], version: string): OpenApi => ({
  openapi: "3.0.3",
  info: {
    title: "Kiosk",
    version,
    description:
      "A shop backend that lives in Telegram. Every error is RFC 9457 problem details with a stable code.",
  },
  tags: [...documents.map(([name, { info }]) => ({ name, description: info.description })), SHARED_TAG],
  security: [{ bearer: [] }],
  paths: Object.assign(
    {},
    ...documents.map(([name, { paths }]) =>
      Object.fromEntries(
        Object.entries(paths).map(([path, operations]) => [
          path,
          Object.fromEntries(
            Object.entries(operations).map(([method, operation]) => [
              method,
              { ...operation, tags: [sectionOf(path, name)] },
            ]),
          ),
        ]),
      ),
    ),
  ),
  components: { securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } } },
});

export interface Docs {
  /** Answers `/docs…` and `/openapi…`; null for every other path. */
  handle(pathname: string): Promise<Response> | null;
}

/** The one API page: Swagger UI served by ourselves over the documents of all services. */
export const createDocs = (services: Readonly<Record<ServiceName, ServiceFetch>>, version: string): Docs => {
  const merged = async () => {
    const found = await Promise.all(
      serviceNames.map(async (name) => [name, await fetchDocument(name, services[name])] as const),
    );
    const documents = found.flatMap(([name, document]) =>
      document === null ? [] : [[name, document] as const],
    );
    return Response.json(merge(documents, version));
  };
  const single = async (name: string) => {
    const service = serviceNames.find((candidate) => candidate === name);
    const document = service && (await fetchDocument(service, services[service]));
    if (!document) throw notFound("API document");
    return Response.json(document);
  };
  const asset = async (name: string) => {
    const file = Object.hasOwn(assets, name) ? assets[name] : undefined;
    if (!file) throw notFound("file");
    return new Response(Bun.file(fileURLToPath(file)), {
      headers: { "cache-control": "public, max-age=3600" },
    });
  };
  const page = async () =>
    new Response(Bun.file(new URL("./pages/docs.html", import.meta.url)), {
      headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": DOCS_CSP },
    });

  return {
    handle(pathname) {
      if (pathname === "/docs" || pathname === "/docs/") return page();
      if (pathname.startsWith("/docs/")) return asset(pathname.slice("/docs/".length));
      if (pathname === "/openapi.json") return merged();
      const name = /^\/openapi\/([a-z]+)\.json$/.exec(pathname)?.[1];
      return name === undefined ? null : single(name);
    },
  };
};
