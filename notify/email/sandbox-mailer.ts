import { z } from "zod";
import type { ChannelResult } from "../domain/channel-result.ts";
import type { Mailer } from "../usecases/channel-ports.ts";

const TIMEOUT_MS = 10_000;
const TOO_MANY_REQUESTS = 429;
/** What a mail server says of a mailbox that is not there, which a fault of the sandbox may say in its place. */
const NO_SUCH_MAILBOX = 550;

/** The mailbox of the sandbox, in this process or at an address. */
export interface SandboxMailbox {
  readonly url: string;
  readonly token: string;
  readonly fetch?: typeof fetch | undefined;
}

const landedSchema = z.object({ id: z.int() });

const ofStatus = (status: number, retryAfter: string | null): ChannelResult => {
  const reason = `sandbox ${status}`;
  if (status === NO_SUCH_MAILBOX) return { kind: "gone", reason };
  if (status < 500 && status !== TOO_MANY_REQUESTS) return { kind: "refused", reason };
  return { kind: "retry", reason, afterSeconds: retryAfter === null ? null : Number(retryAfter) };
};

/** Mail for whoever tries the shop out: it lands on the sandbox's page. */
export const createSandboxMailer = (
  { url, token, fetch: call = fetch }: SandboxMailbox,
  from: string,
): Mailer => ({
  async send({ to, subject, text, html, headers }) {
    try {
      const answer = await call(url, {
        method: "POST",
        headers: { "content-type": "application/json", "x-sandbox-token": token },
        body: JSON.stringify({ from, to, subject, text, html, headers }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!answer.ok) return ofStatus(answer.status, answer.headers.get("retry-after"));
      // Only an answer that can be read says that it has landed.
      landedSchema.parse(await answer.json());
      return { kind: "sent" };
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code === "ConnectionRefused" || code === "ECONNREFUSED")
        return { kind: "retry", reason: "the sandbox is not there", afterSeconds: null };
      return { kind: "unknown", reason: "no answer from the sandbox" };
    }
  },
});
