import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import type { ChannelResult } from "../domain/channel-result.ts";
import { classifyAnswer } from "../domain/webhook.ts";
import type { WebhookCall, WebhookCaller } from "../usecases/channel-ports.ts";
import {
  type AddressPolicy,
  checkedLookup,
  ForbiddenAddress,
  mayConnectOf,
  type Resolve,
  systemResolve,
} from "./checked-lookup.ts";
import { signatureHeaders } from "./signature.ts";

/** The whole call: resolving, connecting, and the head of the answer. Nothing else of an answer is read. */
export const CALL_TIMEOUT_MS = 10_000;
const USER_AGENT = "Kiosk-Webhooks/1";

export interface WebhookCallerOptions {
  readonly policy: AddressPolicy;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
  /** A certificate authority that is trusted beside the usual ones; for tests. */
  readonly ca?: string;
}

/** Seconds (RFC 9110, section 10.2.3); null for none and for what cannot be read. */
export const retryAfterSeconds = (header: string | undefined, now: Date): number | null => {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now.getTime()) / 1_000));
};

const failureOf = (error: unknown): ChannelResult => {
  const { code, name } = error as { code?: unknown; name?: unknown };
  // What is forbidden may be set right in the DNS, so it is tried again, and counts as the receiver's failure.
  if (error instanceof ForbiddenAddress || code === "EFORBIDDENADDRESS")
    return { kind: "retry", reason: "the address may not be called", afterSeconds: null };
  if (name === "TimeoutError" || name === "AbortError")
    return { kind: "unknown", reason: "no answer in time" };
  return { kind: "unknown", reason: typeof code === "string" ? code : "no answer" };
};

/** The head of the answer. Redirects are not followed. */
const ask = (
  url: URL,
  call: WebhookCall,
  { policy, resolve = systemResolve, timeoutMs = CALL_TIMEOUT_MS, ca }: WebhookCallerOptions,
) =>
  new Promise<IncomingMessage>((answered, failed) => {
    const mayConnect = mayConnectOf(policy, url.protocol);
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !mayConnect(literal)) return failed(new ForbiddenAddress());
    const { id, body, secrets, at } = call;
    const timestamp = Math.floor(at.getTime() / 1_000);
    const signed = signatureHeaders({ id, timestamp, body }, secrets);
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = send(
      url,
      {
        method: "POST",
        // A connection of its own: one that is kept might lead to an address that is allowed no more.
        agent: false,
        lookup: checkedLookup(resolve, mayConnect),
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...{ "content-type": "application/json", "content-length": Buffer.byteLength(body) },
          ...{ "user-agent": USER_AGENT, ...signed },
        },
        ...(ca === undefined ? {} : { ca }),
      },
      answered,
    );
    outgoing.on("error", failed);
    outgoing.end(body);
  });

/** Posts to webhooks: signed, to addresses that may be called, in ten seconds at most. */
export const createWebhookCaller = (options: WebhookCallerOptions): WebhookCaller => ({
  async post(call) {
    try {
      const answer = await ask(new URL(call.url), call, options);
      const after = answer.headers["retry-after"];
      const result = classifyAnswer(answer.statusCode ?? 0, retryAfterSeconds(after, call.at));
      answer.destroy();
      return result;
    } catch (error) {
      return failureOf(error);
    }
  },
});
