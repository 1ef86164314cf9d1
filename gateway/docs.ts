import { fileURLToPath } from "node:url";
import { notFound } from "../shared/kernel/errors.ts";
import type { ServiceFetch } from "../shared/ports/service-fetch.ts";
import { type ServiceName, serviceNames } from "../shared/runtime/service.ts";
import { mergedDocument, type ServiceDocument, serviceDocument } from "./api-document/merged-document.ts";
import type { OpenApi } from "./api-document/open-api.ts";

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

const fetchDocument = async (service: ServiceName, fetch: ServiceFetch): Promise<ServiceDocument | null> => {
  const request = new Request(`http://${service}.internal/openapi.json`, {
    signal: AbortSignal.timeout(OPENAPI_TIMEOUT_MS),
  });
  const response = await fetch(request).catch(() => null);
  return response?.ok ? { service, document: (await response.json()) as OpenApi } : null;
};

export interface Docs {
  /** Answers `/docs…` and `/openapi…`; null for every other path. */
  handle(pathname: string): Promise<Response> | null;
}

/** The one API page: Swagger UI served by ourselves over the documents of all services. */
export const createDocs = (services: Readonly<Record<ServiceName, ServiceFetch>>, version: string): Docs => {
  const merged = async () => {
    const found = await Promise.all(serviceNames.map((name) => fetchDocument(name, services[name])));
    return Response.json(
      mergedDocument(
        found.filter((document) => document !== null),
        version,
      ),
    );
  };
  const single = async (name: string) => {
    const service = serviceNames.find((candidate) => candidate === name);
    const document = service && (await fetchDocument(service, services[service]));
    if (!document) throw notFound("API document");
    return Response.json(serviceDocument(document));
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
