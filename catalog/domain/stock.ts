/** What the replica knows of one SKU. */
export interface StockLevel {
  readonly available: number;
  /** Of the stock level at inventory; 0 while nothing is known. */
  readonly version: number;
}

/** A SKU that inventory has never spoken of cannot be bought. */
export const unknownStock: StockLevel = { available: 0, version: 0 };

/** Of several states of a SKU only the newest, ordered by SKU so that everybody locks rows in the same order. */
export const newestBySku = <Change extends { readonly sku: string; readonly version: number }>(
  changes: Iterable<Change>,
): Change[] => {
  const newest = new Map<string, Change>();
  for (const change of changes) {
    const known = newest.get(change.sku);
    if (known === undefined || known.version < change.version) newest.set(change.sku, change);
  }
  return [...newest.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1));
};
