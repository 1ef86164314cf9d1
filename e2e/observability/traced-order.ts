import { z } from "zod";
import { readKeptSecrets } from "../../boot/secrets.ts";
import type { ReceivedSpan } from "../../shared/testing/otlp-receiver.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { createApiClient } from "../../tools/client/api-client.ts";
import { createSandboxClient } from "../../tools/client/sandbox-client.ts";
import { signIn } from "../../tools/client/sign-in.ts";
import { putOnShelf, type Shop } from "../busy-shop.ts";

/** What nobody may find in a span. */
const BUYER = { firstName: "Zerlina", phone: "+16665550123" };
const NOTE = "leave it with the neighbour at number nine";
const ARRIVAL_MS = 30_000;

export interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly service?: string;
  readonly requestId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
}

/** The lines of a process that are JSON; what it says to people at its start is none. */
export const logLinesOf = (output: string): LogLine[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine);

/** Somebody signs in and orders once; answers the id of that request and what is secret or personal about it. */
export const placeOneOrder = async ({ url, dataDir, adminPhone }: Shop) => {
  const api = createApiClient(url);
  const secrets = readKeptSecrets(dataDir);
  const sandbox = createSandboxClient(api, secrets.SANDBOX_TOKEN ?? "");
  const merchant = await signIn(api, sandbox, { firstName: "Ada", phone: adminPhone });
  const buyer = await signIn(api, sandbox, BUYER);
  const sku = `T-${crypto.randomUUID().slice(0, 6).toUpperCase()}`;
  await putOnShelf(api, merchant.accessToken, sku, 10);
  const lastSeen = await sandbox.lastMessageId(buyer.personId);
  const { headers, body } = await api.expect(201, z.object({ id: z.string() }), "/v1/orders", {
    method: "POST",
    token: buyer.accessToken,
    body: { lines: [{ sku, quantity: 1 }], note: NOTE },
    headers: { "idempotency-key": crypto.randomUUID() },
  });
  await sandbox.waitForMessage(buyer.personId, lastSeen, ({ from }) => from === "bot", "the order's card");
  return {
    requestId: headers.get("x-request-id") ?? "",
    secrets: [
      ...[BUYER.firstName, BUYER.phone, BUYER.phone.slice(1), NOTE, buyer.accessToken, buyer.refreshToken],
      ...[body.id, buyer.userId, ...Object.values(secrets)],
    ],
  };
};

/** The trace of a request, once everything that is to come of it has arrived: the message in the chat is the last. */
export const traceOf = async (
  spans: readonly ReceivedSpan[],
  requestId: string,
): Promise<readonly ReceivedSpan[]> => {
  const find = () => {
    const root = spans.find(
      ({ service, values }) => service === "kiosk-gateway" && values["kiosk.request_id"] === requestId,
    );
    const trace = spans.filter(({ traceId }) => traceId === root?.traceId);
    // The delivery ends after what it has sent, and may come with another batch of spans.
    const isSent = ["telegram sendMessage", "deliver order-card"].every((wanted) =>
      trace.some(({ name }) => name === wanted),
    );
    const isHandled = trace.filter(({ name }) => name === "process order.confirmed").length === 2;
    return isSent && isHandled && trace;
  };
  return waitFor(find, { timeoutMs: ARRIVAL_MS, what: "the whole trace to arrive" });
};
