// A process of its own for a crowd of clients, told by its parent what to order: the one who counts the answers must not
// be slowed down by sending. It is started by `openRush`, with as many connections as there are clients.

import { z } from "zod";
import { canonicalJson } from "../shared/outbox/idempotency.ts";
import { pause } from "../shared/runtime/retry.ts";
import { type ApiClient, createApiClient } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import type { RushAnswer, RushOrder, RushWork } from "./rush.ts";

const bodySchema = z
  .object({ id: z.string().optional(), code: z.string().optional(), detail: z.string().optional() })
  .catch({});
const statusSchema = z.object({ status: z.string() });

/** How an order that was taken and not yet decided ends, said as if it had been told at once. */
const verdicts: Readonly<Record<string, string>> = { confirmed: "201", rejected: "409 OUT_OF_STOCK" };
const LOOK_EVERY_MS = 200;

/** Waits, as a buyer does who was told that the order is being worked on. */
const followed = async (send: ApiClient["send"], orderId: string, token: string): Promise<string> => {
  for (;;) {
    const { body } = await send(`/v1/orders/${orderId}`, { token });
    const { status } = statusSchema.parse(body);
    if (status !== "pending") return verdicts[status] ?? `202, then ${status}`;
    await pause(LOOK_EVERY_MS);
  }
};

const place = async (
  url: string,
  { token, key, body }: RushOrder,
  patience: boolean,
): Promise<RushAnswer> => {
  const api = createApiClient(url);
  let attempts = 0;
  const counted: typeof api.send = (path, call) => {
    attempts += 1;
    return api.send(path, call);
  };
  const send = patience ? patient({ ...api, send: counted }) : counted;
  const headers = { "idempotency-key": key };
  try {
    const answer = await send("/v1/orders", { method: "POST", body, token, headers });
    const { id = null, code = null, detail } = bodySchema.parse(answer.body);
    const replayed = answer.headers.get("idempotency-replayed") === "true";
    // Nobody expects a 5xx: whoever sees one wants to know which.
    const why = answer.status >= 500 ? ` ${detail}` : "";
    const told = `${answer.status}${code === null ? "" : ` ${code}`}${why}`;
    const isUndecided = patience && answer.status === 202 && id !== null;
    const said = isUndecided ? await followed(send, id, token) : told;
    const retryAfter = answer.headers.get("retry-after");
    return { said, orderId: id, replayed, retryAfter, attempts, body: canonicalJson(answer.body) };
  } catch (error) {
    const said = `no answer: ${error instanceof Error ? error.message : error}`;
    return { said, orderId: null, replayed: false, retryAfter: null, attempts, body: "" };
  }
};

process.on("message", async ({ url, orders, patience }: RushWork) => {
  process.send?.(await Promise.all(orders.map((order) => place(url, order, patience))));
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
