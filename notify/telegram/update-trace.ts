import type { Update } from "grammy/types";
import { noTracing, type Tracing } from "../../shared/ports/tracing.ts";
import { recordWithin } from "../../shared/runtime/spans.ts";
import { newTraceparent } from "../../shared/runtime/trace-context.ts";

type HandleUpdate = (update: Update) => Promise<void>;

/** A kind of update by its field (Bot API, "Update"). */
const KIND = /^[a-z_]{1,40}$/;

const kindOf = (update: Update): string =>
  Object.keys(update).find((field) => field !== "update_id" && KIND.test(field)) ?? "unknown";

/**
 * Handles each update as a request of its own: what somebody does in the chat comes in by no gateway, so its id, its trace and whether
 * that is recorded begin here. An update that is handled again is another request.
 */
export const inUpdateTrace =
  (handle: HandleUpdate, tracing: Tracing = noTracing): HandleUpdate =>
  (update) => {
    const requestId = crypto.randomUUID();
    const context = { requestId, traceparent: newTraceparent(tracing.sample()) };
    const attributes = { "kiosk.request_id": requestId };
    const facts = { name: `update ${kindOf(update)}`, kind: "server" as const, attributes };
    return recordWithin(tracing, facts, { context, parent: null }, () => handle(update));
  };
