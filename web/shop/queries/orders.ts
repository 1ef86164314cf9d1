import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk, useSession } from "../../shared/kiosk.ts";
import { readAnew } from "../../shared/read-anew.ts";
import { useStream } from "../../shared/use-stream.ts";
import { decisions } from "../checkout/decision.ts";

const ordersKey = ["orders"] as const;
const orderKey = (id: string) => ["order", id] as const;

/** Places an order: confirmed, or pending while its stock is asked for. Fails with `OUT_OF_STOCK`, `CONFLICT` and others. */
export const usePlaceOrder = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["NewOrder"]) =>
      ok(
        kiosk.api.POST("/v1/orders", { body, headers: { "idempotency-key": decisions.keyOf(body) } }),
      ) as Promise<Schemas["Order"]>,
    // Also for a buyer who is no longer looking.
    onSettled: (_order, error) => decisions.settle(error),
    onSuccess: (order) => {
      queries.setQueryData(orderKey(order.id), order);
      return queries.invalidateQueries({ queryKey: ordersKey });
    },
  });
};

/** Without a stream an order that is looked at is read so often. */
const READ_AGAIN_MS = 5_000;

export const useOrder = (id: string, isLive: boolean) =>
  useQuery({
    queryKey: orderKey(id),
    queryFn: ({ signal }) => ok(kiosk.api.GET("/v1/orders/{id}", { params: { path: { id } }, signal })),
    enabled: useSession() !== null,
    refetchInterval: isLive ? false : READ_AGAIN_MS,
  });

/** How an order came to its version; that of the one before is shown until it is read. */
export const useTimeline = (id: string, version: number) =>
  useQuery({
    queryKey: [...orderKey(id), "timeline", version],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      (await ok(kiosk.api.GET("/v1/orders/{id}/timeline", { params: { path: { id } }, signal }))).items,
    enabled: useSession() !== null,
  });

/** The own orders, newest first. */
export const useOrders = () =>
  useInfiniteQuery({
    queryKey: ordersKey,
    queryFn: ({ pageParam, signal }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      return ok(kiosk.api.GET("/v1/orders", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled: useSession() !== null,
  });

/** The address of the newest order: most orders go where the last one went. */
export const useLastAddress = () =>
  useQuery({
    queryKey: [...ordersKey, "last-address"],
    queryFn: async ({ signal }) => {
      const { items } = await ok(kiosk.api.GET("/v1/orders", { params: { query: { limit: 5 } }, signal }));
      return items.find(({ address }) => address !== null)?.address ?? null;
    },
    enabled: useSession() !== null,
  });

export const useCancelOrder = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ok(kiosk.api.POST("/v1/orders/{id}/cancel", { params: { path: { id } }, body: {} })),
    onSuccess: (order) => {
      queries.setQueryData(orderKey(id), order);
      return queries.invalidateQueries({ queryKey: ordersKey });
    },
    // Somebody else was quicker: show what it is now.
    onError: () => queries.invalidateQueries({ queryKey: orderKey(id) }),
  });
};

/** Reads anew whatever becomes of the own orders, as it happens. Answers whether that is live. */
export const useFollowedOrders = (): boolean => {
  const queries = useQueryClient();
  const changed = (id?: string) => {
    void readAnew(queries, ordersKey);
    void readAnew(queries, id === undefined ? ["order"] : orderKey(id));
  };
  return useStream({
    path: "/v1/orders/stream",
    onMessage: ({ event, data }) => {
      if (event === "order") changed((data as { id?: string }).id);
    },
    onGap: () => changed(),
    enabled: useSession() !== null,
  });
};
