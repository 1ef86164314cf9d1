import { z } from "zod";
import type { ApiClient } from "../tools/client/api-client.ts";
import type { SignedIn } from "../tools/client/sign-in.ts";
import type { ShopFloor } from "./busy-shop.ts";
import { type LiveReader, openLiveReader } from "./live-reader.ts";

const levelSchema = z.object({ onHand: z.int(), reserved: z.int(), available: z.int(), version: z.int() });
const shelfSchema = z.object({ stock: z.object({ available: z.int(), version: z.int() }) });
const ordersSchema = z.object({
  items: z.array(z.object({ id: z.string(), status: z.string(), version: z.int() })),
  nextCursor: z.string().nullable(),
});
const stockEvent = z.object({ sku: z.string(), available: z.int(), version: z.int() });
const orderEvent = z.object({ id: z.string(), status: z.string(), version: z.int() });

export type Stock = { readonly available: number; readonly version: number };

/** What inventory says of a SKU. */
export const readLevel = async (api: ApiClient, token: string, sku: string): Promise<Stock> => {
  const { available, version } = (await api.expect(200, levelSchema, `/v1/stock/${sku}`, { token })).body;
  return { available, version };
};

/** What the catalog says of it. */
export const readShelf = async (api: ApiClient, sku: string): Promise<Stock> =>
  (await api.expect(200, shelfSchema, `/v1/products/${sku}`)).body.stock;

/** All orders of a customer, archived ones excepted. */
export const readOrders = async (api: ApiClient, token: string) => {
  const orders: z.infer<typeof orderEvent>[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await api.expect(200, ordersSchema, `/v1/orders?limit=100${query}`, { token });
    orders.push(...body.items);
    cursor = body.nextCursor;
  }
  return orders;
};

/** Reads the stock of everything that the shop sells, as a page of its shelves does. */
export const openStockReader = ({ api, merchant, initial }: ShopFloor): LiveReader<number> =>
  openLiveReader({
    url: `${api.baseUrl}/v1/stock/stream?sku=${[...initial.keys()].join()}`,
    read({ data }) {
      const { sku, available, version } = stockEvent.parse(data);
      return { key: sku, version, state: available };
    },
    readAgain: () =>
      Promise.all(
        [...initial.keys()].map(async (sku) => {
          const { available, version } = await readLevel(api, merchant.accessToken, sku);
          return { key: sku, version, state: available };
        }),
      ),
  });

/** Reads a customer's orders, as the page of them does. */
export const openOrderReader = ({ api }: ShopFloor, { accessToken: token }: SignedIn): LiveReader<string> =>
  openLiveReader({
    url: `${api.baseUrl}/v1/orders/stream`,
    token,
    read({ data }) {
      const { id, version, status } = orderEvent.parse(data);
      return { key: id, version, state: status };
    },
    readAgain: async () =>
      (await readOrders(api, token)).map(({ id, version, status }) => ({ key: id, version, state: status })),
  });
