import { isFromTheShop } from "./is-from-the-shop.ts";

/** Ids of calls that are remembered: a day's, for a shop that writes ten thousand messages a day. */
const REMEMBERED_MAX = 10_000;

export interface Sms {
  readonly to: string;
  readonly text: string;
}

export interface BridgeOptions {
  /** Of the webhook: `whsec_…`. */
  readonly signingSecret: string;
  /** Hands one message over. Fails where the gateway has not taken it. */
  readonly send: (sms: Sms) => Promise<void>;
}

const status = (code: number): Response => new Response(null, { status: code });

/** Takes the shop's messages for people and hands each on as an SMS, once. */
export const createSmsBridge = ({ signingSecret, send }: BridgeOptions) => {
  /** What is being sent, or was, by the call's id. */
  const taken = new Map<string, Promise<void>>();

  const sendOnce = (id: string, sms: Sms): Promise<void> => {
    const before = taken.get(id);
    if (before !== undefined) return before;
    const sending = send(sms);
    taken.set(id, sending);
    // What the gateway has not taken is forgotten: the shop tries again.
    sending.catch(() => taken.delete(id));
    const [oldest] = taken.keys();
    if (taken.size > REMEMBERED_MAX && oldest !== undefined) taken.delete(oldest);
    return sending;
  };

  return async (request: Request): Promise<Response> => {
    const body = await request.text();
    if (!isFromTheShop(signingSecret, request.headers, body)) return status(401);
    const { id, type, phone, text } = JSON.parse(body) as Record<string, string | undefined>;
    // A test, an event, or somebody without a phone: nothing to hand on, and nothing to try again.
    if (type !== "notification" || id === undefined || !phone || !text) return status(204);
    return sendOnce(id, { to: phone, text }).then(
      () => status(204),
      () => status(503),
    );
  };
};

if (import.meta.main) {
  const { SIGNING_SECRET = "", SMS_URL = "" } = process.env;
  const send = async (sms: Sms): Promise<void> => {
    const answer = await fetch(SMS_URL, { method: "POST", body: JSON.stringify(sms) });
    if (!answer.ok) throw new Error(`the gateway answers ${answer.status}`);
  };
  Bun.serve({ port: 4000, fetch: createSmsBridge({ signingSecret: SIGNING_SECRET, send }) });
}
