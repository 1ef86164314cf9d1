import { z } from "zod";
import { type Answer, type ApiClient, type Call, expecting } from "../tools/client/api-client.ts";
import type { CallRecord } from "./promise.ts";

/** Of what was said with a refusal. */
export const SAID_MAX = 2_000;

const answerSchema = z
  .object({
    code: z.string(),
    id: z.string(),
    orderId: z.string(),
    status: z.union([z.string(), z.number()]),
  })
  .partial()
  .catch({});
const requestSchema = z
  .object({
    lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
    delta: z.int(),
  })
  .partial()
  .catch({});

/** Everything that clients have asked and were told; it only grows. */
export interface Journal {
  readonly calls: readonly CallRecord[];
  /** The same client, whose calls are written down under this name. */
  recorded(name: string, api: ApiClient): ApiClient;
}

const linesOf = (path: string, body: unknown): CallRecord["lines"] => {
  const { lines, delta } = requestSchema.parse(body ?? {});
  const sku = /^\/v1\/stock\/([^/]+)\/adjustments$/.exec(path)?.[1];
  return delta !== undefined && sku !== undefined ? [{ sku, quantity: delta }] : lines;
};

const isOrderPath = (path: string): boolean => /^\/v1\/orders(\/[^/]+\/cancel)?$/.test(path);

const toldOf = (path: string, { status, headers, body }: Answer<unknown>) => {
  const told = answerSchema.parse(body ?? {});
  const orderId = isOrderPath(path) ? (told.orderId ?? told.id) : undefined;
  const retryAfter = headers.get("retry-after");
  return {
    status,
    ...(told.code === undefined ? {} : { code: told.code }),
    ...(orderId === undefined ? {} : { orderId }),
    ...(orderId !== undefined && typeof told.status === "string" ? { orderStatus: told.status } : {}),
    ...(headers.get("idempotency-replayed") === "true" ? { replayed: true } : {}),
    ...(retryAfter === null ? {} : { retryAfter }),
    ...(status < 300 ? {} : { said: JSON.stringify(body).slice(0, SAID_MAX) }),
  };
};

const askedOf = (path: string, { headers = {}, body }: Call) => {
  const key = headers["idempotency-key"];
  const lines = linesOf(path, body);
  return { ...(key === undefined ? {} : { key }), ...(lines === undefined ? {} : { lines }) };
};

/** Writes calls down, with times by the run's clock. */
export const createJournal = (now: () => number): Journal => {
  const calls: CallRecord[] = [];
  return {
    calls,
    recorded(name, api) {
      const send: ApiClient["send"] = async (path, call = {}) => {
        const atMs = now();
        const note = (told: Pick<CallRecord, "status"> & Partial<CallRecord>) => {
          const asked = { name, method: call.method ?? "GET", path, ...askedOf(path, call) };
          calls.push({ atMs: Math.round(atMs), tookMs: Math.round(now() - atMs), ...asked, ...told });
        };
        try {
          const answer = await api.send(path, call);
          note(toldOf(path, answer));
          return answer;
        } catch (error) {
          note({ status: null, said: error instanceof Error ? error.message : String(error) });
          throw error;
        }
      };
      return { ...api, send, expect: expecting(send) };
    },
  };
};
