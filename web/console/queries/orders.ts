import { type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { readAnew } from "../../shared/read-anew.ts";
import { useStream } from "../../shared/use-stream.ts";
import type { DaySpan } from "../pages/dashboard/day-spans.ts";
import { useAct } from "../parts/use-act.ts";
import { useOrdersTexts } from "../texts/orders.ts";
import { after, changeItems, type ListPages, useList } from "./pages.ts";

export type Order = Schemas["Order"];
export type OrderStatus = Order["status"];

const ORDERS_KEY = ["orders"] as const;
const SUMMARY_KEY = ["orders summary"] as const;
const PAGE_LIMIT = 25;
/** Many changes at once are read in one go, and changes without an end as often as this. */
const GATHER_MS = 300;
const GATHER_MAX_MS = 2_000;

/** Orders of a status, or all, latest first. */
export const useOrders = (status: OrderStatus | null) =>
  useList([...ORDERS_KEY, "list", status], (cursor) =>
    ok(
      kiosk.api.GET("/v1/orders", {
        params: { query: { limit: PAGE_LIMIT, ...(status === null ? {} : { status }), ...after(cursor) } },
      }),
    ),
  );

export const useOrder = (id: string) =>
  useQuery({
    queryKey: [...ORDERS_KEY, "one", id],
    queryFn: () => ok(kiosk.api.GET("/v1/orders/{id}", { params: { path: { id } } })),
  });

export const useTimeline = (id: string) =>
  useQuery({
    queryKey: [...ORDERS_KEY, "timeline", id],
    queryFn: () => ok(kiosk.api.GET("/v1/orders/{id}/timeline", { params: { path: { id } } })),
  });

/** Reads the orders on the screen again when one of them moves. Answers whether they are live. */
export const useLiveOrders = (): boolean => {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const waitingSinceMs = useRef<number>(undefined);
  const readAgain = () => {
    clearTimeout(timer.current);
    waitingSinceMs.current ??= Date.now();
    const left = waitingSinceMs.current + GATHER_MAX_MS - Date.now();
    timer.current = setTimeout(
      () => {
        waitingSinceMs.current = undefined;
        void readAnew(queries, ORDERS_KEY);
        void readAnew(queries, SUMMARY_KEY);
      },
      Math.max(0, Math.min(GATHER_MS, left)),
    );
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return useStream({ path: "/v1/orders/stream", onMessage: readAgain, onGap: readAgain });
};

const seen = ({ id, version }: Order) => ({
  params: { path: { id } },
  headers: { "if-match": `"${version}"` },
});

export interface Move {
  readonly order: Order;
  readonly status: OrderStatus;
  /** Told to the buyer; null says nothing. */
  readonly reason: string | null;
}

/** An order's list after it has moved: out of the list of its status before, into that of the new one. */
const movedIn = (pages: ListPages<Order>, listed: unknown, { order, status }: Move): ListPages<Order> => {
  // What may be done next the shop says: until then nothing is offered.
  const hoped: Order = { ...order, status, nextStatuses: [] };
  if (listed === null) return changeItems(pages, (one) => (one.id === order.id ? hoped : one));
  const without = pages.pages.map((page) => ({
    ...page,
    items: page.items.filter(({ id }) => id !== order.id),
  }));
  const [first, ...others] = without;
  if (listed !== status || first === undefined) return { ...pages, pages: without };
  return { ...pages, pages: [{ ...first, items: [hoped, ...first.items] }, ...others] };
};

/** Shows a move in all lists at once; answers how to take that back. */
const hopeForMove = (queries: QueryClient, move: Move): (() => void) => {
  const queryKey = [...ORDERS_KEY, "list"];
  const before = queries.getQueriesData<ListPages<Order>>({ queryKey });
  for (const [key, pages] of before)
    if (pages !== undefined) queries.setQueryData(key, movedIn(pages, key.at(-1), move));
  return () => {
    for (const [key, pages] of before) queries.setQueryData(key, pages);
  };
};

/** Brings an order to a status that it may have next: shown at once, taken back where the shop refuses it; only the version that was seen. */
export const useMoveOrder = () => {
  const texts = useOrdersTexts();
  const queries = useQueryClient();
  return useAct({
    act: ({ order, status, reason }: Move) =>
      ok(
        kiosk.api.PATCH("/v1/orders/{id}/status", {
          ...seen(order),
          body: { status, ...(reason === null ? {} : { reason }) },
        }),
      ),
    touches: [ORDERS_KEY, SUMMARY_KEY],
    hope: (move) => hopeForMove(queries, move),
    done: ({ number, status }) => ({ text: texts.moved(number, texts.statuses[status]) }),
  });
};

/** Takes an order to look after, or gives it back. */
export const useClaim = () => {
  const texts = useOrdersTexts();
  return useAct({
    act: (order: Order) =>
      ok(
        order.claimable
          ? kiosk.api.PUT("/v1/orders/{id}/claim", seen(order))
          : kiosk.api.DELETE("/v1/orders/{id}/claim", seen(order)),
      ),
    touches: [ORDERS_KEY],
    done: ({ number, claim }) => ({ text: claim ? texts.claimed(number) : texts.givenBack(number) }),
  });
};

const HOUR_MS = 3_600_000;

/** Orders and revenue of each of these days; past days hardly change, so they are read once an hour. */
export const useDailySummaries = (days: readonly DaySpan[]) =>
  useQueries({
    queries: days.map(({ from, to }, place) => ({
      queryKey: [...SUMMARY_KEY, from.toISOString(), to.toISOString()],
      queryFn: () =>
        ok(
          kiosk.api.GET("/v1/orders/summary", {
            params: { query: { from: from.toISOString(), to: to.toISOString() } },
          }),
        ),
      staleTime: place === days.length - 1 ? 0 : HOUR_MS,
    })),
  });
