/** What can be sold of a product, as of a version that rises with every change. */
export interface StockState {
  readonly available: number;
  readonly version: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** What a message of the stream says; null for one of another shape. */
export const stockChangeOf = (data: unknown): ({ readonly sku: string } & StockState) | null => {
  if (typeof data !== "object" || data === null) return null;
  const { sku, available, version } = data as Record<string, unknown>;
  if (typeof sku !== "string" || !isCount(available) || !isCount(version)) return null;
  return { sku, available, version };
};

/** The newer of two states: messages come twice, and behind a page that was read after them. */
export const newerOf = (read: StockState, told: StockState | undefined): StockState =>
  told !== undefined && told.version > read.version ? told : read;

/** What the stream has told, by SKU. */
export const createLiveStock = () => {
  const states = new Map<string, StockState>();
  const listeners = new Set<() => void>();
  return {
    of: (sku: string) => states.get(sku),
    hear(data: unknown): void {
      const change = stockChangeOf(data);
      if (change === null) return;
      const known = states.get(change.sku);
      if (known !== undefined && known.version >= change.version) return;
      states.set(change.sku, { available: change.available, version: change.version });
      for (const listener of listeners) listener();
    },
    listen(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
