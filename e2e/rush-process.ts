// A process of its own for a crowd of clients, told by its parent what to order: the one who counts the answers must not
// be slowed down by sending. It is started by `openRush`, with as many connections as there are clients.

import { z } from "zod";
import { canonicalJson } from "../shared/outbox/idempotency.ts";
import { createApiClient } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import type { RushAnswer, RushOrder, RushWork } from "./rush.ts";

const bodySchema = z
  .object({ id: z.string().optional(), code: z.string().optional(), detail: z.string().optional() })
  .catch({});

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
    const said = `${answer.status}${code === null ? "" : ` ${code}`}${why}`;
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
