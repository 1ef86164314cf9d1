import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { newIdempotencyKey, ok, type Schemas } from "../../../client/index.ts";
import type { StockChange } from "../../../shared/contracts/stock-stream.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useStream } from "../../shared/use-stream.ts";
import { useTell } from "../parts/notices.tsx";
import { useAct } from "../parts/use-act.ts";
import { useStockTexts } from "../texts/stock.ts";
import { after, changeItems, type ListPages, useList } from "./pages.ts";

export type StockLevel = Schemas["StockLevel"];
export const adjustmentReasons = ["receipt", "damage", "count", "return", "correction", "other"] as const;
export type AdjustmentReason = (typeof adjustmentReasons)[number];

const STOCK_KEY = ["stock"] as const;
const MOVEMENTS_KEY = ["movements"] as const;
const PAGE_LIMIT = 50;

export interface StockFilter {
  readonly q: string;
  readonly belowThreshold: boolean;
}

/** The levels of all SKUs, or of those that a search or their threshold leaves. */
export const useStockLevels = ({ q, belowThreshold }: StockFilter) =>
  useList([...STOCK_KEY, q, belowThreshold], (cursor) =>
    ok(
      kiosk.api.GET("/v1/stock", {
        params: {
          query: {
            limit: PAGE_LIMIT,
            ...(q === "" ? {} : { q }),
            ...(belowThreshold ? { below: "threshold" as const } : {}),
            ...after(cursor),
          },
        },
      }),
    ),
  );

/** The ledger of a SKU, latest first. */
export const useMovements = (sku: string) =>
  useList([...MOVEMENTS_KEY, sku], (cursor) =>
    ok(
      kiosk.api.GET("/v1/stock/{sku}/movements", {
        params: { path: { sku }, query: { limit: PAGE_LIMIT, ...after(cursor) } },
      }),
    ),
  );

/** Changes a level wherever it is shown. */
const changeLevel = (queries: QueryClient, sku: string, change: (level: StockLevel) => StockLevel): void => {
  queries.setQueriesData<ListPages<StockLevel>>({ queryKey: STOCK_KEY }, (pages) =>
    pages === undefined
      ? undefined
      : changeItems(pages, (level) => (level.sku === sku ? change(level) : level)),
  );
};

/** Keeps what is shown as the shop has it: newer states in their place. Answers whether it is live. */
export const useLiveStock = (): boolean => {
  const queries = useQueryClient();
  return useStream({
    path: "/v1/stock/stream",
    onMessage({ event, data }) {
      if (event === "resync") return;
      const { sku, onHand, reserved, available, version, occurredAt } = data as StockChange;
      const news = { onHand, reserved, available, version, updatedAt: occurredAt };
      changeLevel(queries, sku, (level) => (level.version < version ? { ...level, ...news } : level));
      void queries.invalidateQueries({ queryKey: [...MOVEMENTS_KEY, sku] });
    },
    onGap: () => void queries.invalidateQueries({ queryKey: STOCK_KEY }),
  });
};

export interface Adjustment {
  readonly sku: string;
  readonly delta: number;
  readonly reason: AdjustmentReason;
  readonly note: string;
  /** One for what is wanted once, however often it is sent. */
  readonly key: string;
}

export const adjustment = (wanted: Omit<Adjustment, "key">): Adjustment => ({
  ...wanted,
  key: newIdempotencyKey(),
});

/** Adds to a level or takes from it: shown at once, taken back where the shop refuses it, undone by its opposite. */
export const useAdjust = () => {
  const queries = useQueryClient();
  const texts = useStockTexts();
  const adjust = useAct<Adjustment, StockLevel>({
    act: ({ sku, delta, reason, note, key }) =>
      ok(
        kiosk.api.POST("/v1/stock/{sku}/adjustments", {
          params: { path: { sku } },
          body: { delta, reason, ...(note === "" ? {} : { note }) },
          headers: { "idempotency-key": key },
        }),
      ),
    touches: [MOVEMENTS_KEY],
    hope({ sku, delta }) {
      const add = (level: StockLevel, units: number) => ({
        ...level,
        onHand: level.onHand + units,
        available: level.available + units,
      });
      let seen = 0;
      changeLevel(queries, sku, (level) => {
        seen = level.version;
        return add(level, delta);
      });
      return () => {
        // A newer state that came by the stream meanwhile never had the hoped-for units in it.
        changeLevel(queries, sku, (level) => (level.version === seen ? add(level, -delta) : level));
        void queries.invalidateQueries({ queryKey: STOCK_KEY });
      };
    },
    done(level, { sku, delta, reason, note }) {
      changeLevel(queries, sku, () => level);
      const isUndo = note === texts.undoNote;
      const undo = () =>
        adjust.mutate(adjustment({ sku, delta: -delta, reason: "correction", note: texts.undoNote }));
      const text = isUndo
        ? texts.undone(sku, level.onHand)
        : texts.adjusted(sku, delta, texts.reasons[reason], level.onHand);
      return { text, ...(isUndo ? {} : { undo }) };
    },
  });
  return adjust;
};

export interface NewLevel {
  readonly sku: string;
  readonly onHand: number;
}

const IS_THERE = "VERSION_MISMATCH";

/** Gives a SKU its first stock. Where it has some, nothing is changed: a level that is there is adjusted, never set from here. */
export const useStockNew = () => {
  const texts = useStockTexts();
  const tell = useTell();
  return useAct({
    act: ({ sku, onHand }: NewLevel) =>
      ok(
        kiosk.api.PUT("/v1/stock/{sku}", {
          params: { path: { sku } },
          body: { onHand, reason: "receipt" },
          // Two may have the same thought at once: the shop takes the first.
          headers: { "if-none-match": "*" },
        }),
      ),
    touches: [STOCK_KEY],
    refused({ code }, { sku }) {
      if (code !== IS_THERE) return false;
      tell({ text: texts.isThere(sku), isProblem: true });
      return true;
    },
    done: ({ sku, onHand }) => ({ text: texts.stocked(sku, onHand) }),
  });
};

/** Sets from where on a SKU counts as low; only for the version that was seen. */
export const useSetThreshold = () => {
  const texts = useStockTexts();
  return useAct({
    act: ({ level, threshold }: { level: StockLevel; threshold: number }) =>
      ok(
        kiosk.api.PUT("/v1/stock/{sku}", {
          params: { path: { sku: level.sku } },
          body: { onHand: level.onHand, lowStockThreshold: threshold },
          headers: { "if-match": `"${level.version}"` },
        }),
      ),
    touches: [STOCK_KEY, MOVEMENTS_KEY],
    done: ({ sku, lowStockThreshold }) => ({ text: texts.thresholdSet(sku, lowStockThreshold) }),
  });
};
