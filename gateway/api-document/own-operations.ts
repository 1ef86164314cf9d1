import { serviceNames } from "../../shared/runtime/service.ts";
import type { JsonSchema, Operation, PathItem } from "./open-api.ts";

// What the gateway itself answers.

const text: JsonSchema = { type: "string" };
const serviceHealth: JsonSchema = {
  type: "object",
  required: ["status", "responseTimeMs", "breaker"],
  properties: {
    status: { type: "string", enum: ["ok", "down", "not-ready"] },
    responseTimeMs: { type: "number" },
    breaker: {
      type: "string",
      enum: ["closed", "open", "half-open"],
      description: "of the gateway's own way to the service",
    },
    dependencies: {
      type: "array",
      description: "what the service depends on, each with its state",
      items: { type: "object" },
    },
  },
};
const healthSchema: JsonSchema = {
  type: "object",
  required: ["status", "services"],
  properties: {
    status: { type: "string", enum: ["ok", "degraded", "ready", "not-ready"] },
    services: {
      type: "object",
      properties: Object.fromEntries(serviceNames.map((name) => [name, serviceHealth])),
    },
  },
};

const open = { tags: ["operations"], "x-audience": "public", security: [], parameters: [] } as const;

const health = (operationId: string, summary: string, status: "ok" | "ready"): Operation => {
  const well = { status: "ok", responseTimeMs: 1.2, breaker: "closed" };
  const example = { status, services: Object.fromEntries(serviceNames.map((name) => [name, well])) };
  const content = { "application/json": { schema: healthSchema, example } };
  return {
    ...open,
    operationId,
    summary,
    responses: {
      200: { description: "All of them", content },
      503: { description: "One of them is not: the same shape says which", content },
    },
  };
};

/** The gateway's own routes by path. */
export const ownPaths: Readonly<Record<string, PathItem>> = {
  "/health": { get: health("checkHealth", "Is every service alive?", "ok") },
  "/ready": { get: health("checkReadiness", "Can every service do its work?", "ready") },
  "/docs": {
    get: {
      ...open,
      operationId: "showApiPage",
      summary: "This document as a page",
      responses: {
        200: {
          description: "Swagger UI",
          content: { "text/html": { schema: text, example: "<!doctype html>" } },
        },
      },
    },
  },
};
