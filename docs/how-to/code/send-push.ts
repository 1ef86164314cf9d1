import type { ChannelWorkerOptions } from "../../../notify/channel-worker.ts";
import type { ChannelResult } from "../../../notify/domain/channel-result.ts";
import { retryAfterSeconds } from "../../../notify/outbound/webhook-caller.ts";
import type { Describe } from "../../../notify/usecases/feed-message.ts";

const TIMEOUT_MS = 10_000;

export interface SendPushDeps {
  /** Of the push service. */
  readonly url: string;
  /** Where a person's app can be reached; null where they have none. */
  readonly devices: { find(userId: string): Promise<string | null> };
  /** A notice in words. */
  readonly describe: Describe;
}

/** What an answer says of the message. Only what is surely not taken may go out again. */
const resultOf = (answer: Response): ChannelResult => {
  const { status, ok, headers } = answer;
  const reason = `the push service answers ${status}`;
  if (ok) return { kind: "sent" };
  // The app was removed: nothing else will reach it either.
  if (status === 404 || status === 410) return { kind: "gone", reason };
  if (status !== 429 && status !== 503) return { kind: status < 500 ? "refused" : "unknown", reason };
  const afterSeconds = retryAfterSeconds(headers.get("retry-after") ?? undefined, new Date());
  return { kind: "retry", reason, afterSeconds };
};

/** Pushes what was claimed to the person's app, once. Never fails on what the service does: it is in the result. */
export const sendPush =
  ({ url, devices, describe }: SendPushDeps): ChannelWorkerOptions["attempt"] =>
  async ({ delivery }) => {
    const device = await devices.find(delivery.userId);
    if (device === null) return { kind: "suppressed", reason: "no app" };
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: JSON.stringify({ device, text: describe(delivery.notice, "en") }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return resultOf(answer);
    } catch (error) {
      const { code } = error as { code?: unknown };
      // Nobody was there to take it. Anything else may have been taken.
      if (code === "ConnectionRefused" || code === "ECONNREFUSED")
        return { kind: "retry", reason: "no connection", afterSeconds: null };
      return { kind: "unknown", reason: "no answer from the push service" };
    }
  };
