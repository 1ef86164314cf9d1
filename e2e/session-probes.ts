import { readSse } from "../shared/testing/sse-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import type { ApiClient } from "../tools/client/api-client.ts";

/** How long a test is ready to wait for what should take a second, or five. */
const PATIENCE = { timeoutMs: 60_000, everyMs: 20 } as const;
const REFUSED = 401;

/** A route of each service at which a token counts, be it with 403: a session that has ended is told by 401. */
const routes = {
  auth: "/v1/users/me",
  catalog: "/v1/products?limit=1",
  inventory: "/v1/stock?limit=1",
  orders: "/v1/orders?limit=1",
  notify: "/v1/notifications?limit=1",
} as const;

/** Streams that belong to a session; that of stock only where the token shows more of it than the public sees. */
const ownStreams = ["/v1/orders/stream", "/v1/notifications/stream"];
const staffStreams = [...ownStreams, "/v1/stock/stream?sku=ANY"];

/** Milliseconds from a moment on until it was in force, by what was asked. */
export type InForce = Readonly<Record<string, number>>;

const openStream = async (api: ApiClient, path: string, token: string) => {
  const response = await fetch(`${api.baseUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  const stream = readSse(response);
  await stream.begun;
  return { path, stream };
};

/**
 * Watches a token at every service and in every stream while `end` ends its session. Answers when each refused it, counted
 * from the answer to `end`. Fails where a service refused the token before, or goes on for a minute.
 */
export const timeToEnd = async (
  api: ApiClient,
  { tokens, isStaff = false }: { readonly tokens: readonly string[]; readonly isStaff?: boolean },
  end: () => Promise<unknown>,
): Promise<InForce> => {
  const statusAt = async (path: string, token: string) => (await api.send(path, { token })).status;
  for (const path of Object.values(routes))
    for (const token of tokens) {
      const status = await statusAt(path, token);
      if (![200, 403].includes(status)) throw new Error(`${path} answered ${status} before`);
    }
  const opened = await Promise.all(
    tokens.flatMap((token) =>
      (isStaff ? staffStreams : ownStreams).map((path) => openStream(api, path, token)),
    ),
  );
  await end();
  const endedAt = performance.now();
  const took: Record<string, number> = {};
  const note = (what: string) => {
    took[what] = Math.max(took[what] ?? 0, Math.round(performance.now() - endedAt));
  };
  await Promise.all([
    ...Object.entries(routes).flatMap(([service, path]) =>
      tokens.map(async (token) => {
        const isRefused = async () => (await statusAt(path, token)) === REFUSED;
        await waitFor(isRefused, { ...PATIENCE, what: `${service} to refuse the token` });
        note(service);
      }),
    ),
    ...opened.map(async ({ path, stream }) => {
      let ended = false;
      void stream.ended.then(() => {
        ended = true;
      });
      await waitFor(() => ended, { ...PATIENCE, what: `${path} to end` });
      note(path.split("?")[0] ?? path);
    }),
  ]);
  return took;
};
