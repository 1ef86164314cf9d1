import { createKioskClient, type KioskClient, ok, type Schemas } from "../../../client/index.ts";

type Product = Schemas["Product"];

/**
 * Shows the newest products with what is in stock of each, until `signal` ends it: once when all of it was read, and again with each
 * change. A level that comes late never hides a newer one.
 */
export const liveShelf = async (
  kiosk: KioskClient,
  show: (products: readonly Product[]) => void,
  signal: AbortSignal,
): Promise<void> => {
  const shelf = new Map<string, Product>();

  const read = async (): Promise<void> => {
    const { items } = await ok(kiosk.api.GET("/v1/products", { params: { query: { limit: 20 } }, signal }));
    for (const product of items) {
      const known = shelf.get(product.sku);
      if (known === undefined || known.stock.version <= product.stock.version)
        shelf.set(product.sku, product);
    }
    show([...shelf.values()]);
  };

  const change = (data: unknown): void => {
    const { sku, available, version } = data as { sku: string; available: number; version: number };
    const product = shelf.get(sku);
    if (product === undefined || product.stock.version >= version) return;
    shelf.set(sku, { ...product, stock: { available, inStock: available > 0, version } });
    show([...shelf.values()]);
  };

  await kiosk.follow(
    "/v1/stock/stream",
    {},
    {
      signal,
      // Each beginning of a stream is a gap: what is shown is read anew.
      onState: (connected) => {
        if (connected) void read().catch(() => undefined);
      },
      onResync: () => void read().catch(() => undefined),
      onMessage: ({ event, data }) => {
        if (event !== "resync") change(data);
      },
    },
  );
};

if (import.meta.main) {
  const kiosk = createKioskClient({ baseUrl: process.env.KIOSK_URL ?? "http://127.0.0.1:3000" });
  const ended = new AbortController();
  const isOnce = process.argv.includes("--once");
  const show = (products: readonly Product[]): void => {
    for (const { name, stock } of products) console.log(`${stock.available} × ${name}`);
    if (isOnce) ended.abort();
  };
  await liveShelf(kiosk, show, ended.signal);
}
