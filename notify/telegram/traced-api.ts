import type { Api } from "grammy";
import type { Tracing } from "../../shared/ports/tracing.ts";
import { recordPart } from "../../shared/runtime/spans.ts";

/** Where a Bot API is by its host alone: the rest of its addresses holds the token. */
const hostOf = (apiRoot: string): string => (URL.canParse(apiRoot) ? new URL(apiRoot).host : "unknown");

/** Records every call of the client: its method and what came of it, never what it says nor to whom. */
export const tracedApi = (api: Api, tracing: Tracing, apiRoot: string): Api => {
  if (!tracing.isOn) return api;
  const host = hostOf(apiRoot);
  api.config.use((call, method, payload, signal) =>
    recordPart(
      tracing,
      () => ({
        name: `telegram ${method}`,
        kind: "client",
        attributes: { "rpc.system.name": "telegram", "rpc.method": method, "server.address": host },
      }),
      () => call(method, payload, signal),
      (answer) => ({ failure: answer.ok ? null : String(answer.error_code) }),
    ),
  );
  return api;
};
