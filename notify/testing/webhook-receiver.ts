import { createHmac } from "node:crypto";
import { canary } from "../../shared/testing/canary/canary.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";

export interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly text: string;
  // What it says is what the test expects of it.
  // biome-ignore lint/suspicious/noExplicitAny: the body of a stranger
  readonly body: any;
}

type Answer = (received: Received) => Response | Promise<Response>;

/** A receiver of webhooks on this machine. What it answers is the test's; 204 unless told otherwise. */
export const openReceiver = () => {
  const received: Received[] = [];
  let answer: Answer = () => new Response(null, { status: 204 });
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    async fetch(request) {
      const text = await request.text();
      const one = {
        path: new URL(request.url).pathname,
        headers: request.headers,
        text,
        body: JSON.parse(text),
      };
      received.push(one);
      return answer(one);
    },
  });
  return {
    received,
    url: (path = "/hook") => `http://127.0.0.1:${server.port}${path}`,
    answers(next: Answer) {
      answer = next;
    },
    /** So many calls have come, of one path. */
    hears: (count: number, path = "/hook") =>
      waitFor(
        () => {
          const found = received.filter((one) => one.path === path);
          return found.length >= count && found;
        },
        { what: `${count} calls of ${path}`, timeoutMs: 20_000 },
      ),
    close: async () => {
      await server.stop(true);
    },
  };
};

/** Whether a call was signed with this secret, as a receiver finds out (Standard Webhooks). */
export const isSignedBy = (secret: string, { headers, text }: Received): boolean => {
  canary?.learn("webhook secret", secret);
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers.get("webhook-id")}.${headers.get("webhook-timestamp")}.${text}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return (headers.get("webhook-signature") ?? "").split(" ").includes(expected);
};
