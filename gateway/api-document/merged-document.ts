import type { ServiceName } from "../../shared/runtime/service.ts";
import { servicesSharing } from "../routes.ts";
import { collectNamedSchemas } from "./named-schemas.ts";
import { mapOperations, mapValues, type OpenApi } from "./open-api.ts";
import { nameOfOperation } from "./operation-names.ts";
import { ownPaths } from "./own-operations.ts";
import { plainOperation } from "./plain-operation.ts";

/** A service's document as it answers it itself. */
export interface ServiceDocument {
  readonly service: ServiceName;
  readonly document: OpenApi;
}

/** The section of the routes that no service has for itself: any of them describes what the gateway answers for all. */
const SHARED_TAG = { name: "operations", description: "What several services have, asked for at once." };

const sectionOf = (path: string, service: ServiceName): string =>
  servicesSharing(path) === null ? service : SHARED_TAG.name;

/** Without what the gateway does not forward. */
const publicPaths = ({ paths }: OpenApi): OpenApi["paths"] =>
  Object.fromEntries(Object.entries(paths).filter(([path]) => !path.startsWith("/internal/")));

const HEAD = {
  openapi: "3.1.0",
  security: [{ bearer: [] }],
} as const;
const securitySchemes = { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } };

const sorted = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => a.localeCompare(b, "en")));

const withSections = ({ service, document }: ServiceDocument): OpenApi["paths"] =>
  mapValues(publicPaths(document), (item, path) =>
    mapValues(item, (operation) => ({ ...operation, tags: [sectionOf(path, service)] })),
  );

/** Every operation in plain words, with the schemas that have names described once. Fails where two names or schemas clash. */
const plain = (document: OpenApi): OpenApi => {
  const named = collectNamedSchemas();
  const operations = mapOperations(document, (operation, method, path) => ({
    ...plainOperation(operation, named),
    operationId: nameOfOperation(method, path),
  }));
  return { ...operations, components: { securitySchemes, schemas: named.all() } };
};

/** One service's part of the API. */
export const serviceDocument = ({ service, document }: ServiceDocument): OpenApi =>
  plain({ ...HEAD, info: document.info, tags: [{ name: service }], paths: publicPaths(document) });

/** The API of all services and of the gateway itself: OpenAPI 3.1, in an order that does not change by itself. */
export const mergedDocument = (documents: readonly ServiceDocument[], version: string): OpenApi => {
  const services = plain({
    ...HEAD,
    info: {
      title: "Kiosk",
      version,
      description:
        "A shop backend that lives in Telegram. Every error is RFC 9457 problem details with a stable code. Unknown fields of a request are refused (422); an answer may get more fields at any time.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The gateway that answers this document" }],
    tags: [
      ...documents.map(({ service, document: { info } }) => ({
        name: service,
        description: info.description,
      })),
      SHARED_TAG,
    ],
    paths: Object.assign({}, ...documents.map(withSections)),
  });
  return { ...services, paths: sorted({ ...services.paths, ...ownPaths }) };
};
