export interface StockLowNotice {
  readonly template: "stock-low";
  readonly sku: string;
  readonly available: number;
  readonly threshold: number;
  /** The stock level's; missing in what was stored before it was kept. */
  readonly version?: number;
}

export interface StockRestockedNotice {
  readonly template: "stock-restocked";
  readonly sku: string;
  readonly available: number;
  /** The stock level's; missing in what was stored before it was kept. */
  readonly version?: number;
}

/** A product that the person waited for is there again. */
export interface BackInStockNotice {
  readonly template: "back-in-stock";
  readonly sku: string;
  /** The stock level's. */
  readonly version: number;
}
