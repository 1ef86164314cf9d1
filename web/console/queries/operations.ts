import { useQuery } from "@tanstack/react-query";
import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { after, useList } from "./pages.ts";

/** What the pages of operations show moves without a stream: it is read again so often while it is shown. */
const READ_AGAIN_MS = 10_000;
const PAGE_LIMIT = 50;

export const OPS_KEY = ["operations"] as const;

type Health = paths["/health"]["get"]["responses"][200]["content"]["application/json"];
const isHealth = (body: unknown): body is Health =>
  typeof body === "object" && body !== null && "services" in body;

/** Whether each service answers. A gateway that says "degraded" answers 503 with the same body. */
export const useHealth = () =>
  useQuery({
    queryKey: [...OPS_KEY, "health"],
    queryFn: async () => {
      const asked = kiosk.api.GET("/health");
      const { error } = await asked.catch(() => ({ error: undefined }));
      // Anything else is no report, such as a proxy's own page.
      return isHealth(error) ? error : ok(asked);
    },
    refetchInterval: READ_AGAIN_MS,
  });

/** Orders whose saga has not got on for too long, or all that are under way. */
export const useSagas = (stuckOnly: boolean) =>
  useList(
    [...OPS_KEY, "sagas", stuckOnly],
    (cursor) =>
      ok(
        kiosk.api.GET("/v1/ops/sagas", {
          params: {
            query: { limit: PAGE_LIMIT, ...(stuckOnly ? { stuck: "true" as const } : {}), ...after(cursor) },
          },
        }),
      ),
    { refetchMs: READ_AGAIN_MS },
  );

/** Messages that a service could not handle and has laid aside. */
export const useParked = () =>
  useList(
    [...OPS_KEY, "parked"],
    (cursor) =>
      ok(
        kiosk.api.GET("/v1/ops/parked", {
          params: { query: { limit: PAGE_LIMIT, state: "parked", ...after(cursor) } },
        }),
      ),
    { refetchMs: READ_AGAIN_MS },
  );

/** Events that wait to be sent, by service. */
export const useOutbox = () =>
  useQuery({
    queryKey: [...OPS_KEY, "outbox"],
    queryFn: () => ok(kiosk.api.GET("/v1/ops/outbox")),
    refetchInterval: READ_AGAIN_MS,
  });
