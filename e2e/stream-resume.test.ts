import { expect, test } from "bun:test";
import { readSse } from "../shared/testing/sse-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openShopFloor } from "./busy-shop.ts";
import { openOneProcess } from "./one-process.ts";

const TIMEOUT_MS = 120_000;
const PATIENCE = { timeoutMs: 20_000 } as const;

interface News {
  readonly id?: string;
  readonly subject?: string;
  readonly sku?: string;
  readonly version?: number;
}

test(
  "each stream resumes through the gateway: what happened meanwhile comes when its reader is back",
  async () => {
    const shop = await openOneProcess({ RATE_LIMITS: "off" });
    try {
      const { api, buyers, initial } = await openShopFloor(shop, { buyers: 1 });
      const token = buyers[0]?.accessToken ?? "";
      const [sku] = initial.keys();
      const follow = async (path: string, lastEventId: string | null) => {
        const headers = {
          authorization: `Bearer ${token}`,
          ...(lastEventId === null ? {} : { "last-event-id": lastEventId }),
        };
        const response = await fetch(`${shop.url}${path}`, { headers });
        expect(response.headers.get("content-type")).toContain("text/event-stream");
        const stream = readSse(response);
        await waitFor(() => stream.lastEventId() !== null, { ...PATIENCE, what: `a place in ${path}` });
        return stream;
      };
      const paths = ["/v1/orders/stream", "/v1/notifications/stream", `/v1/stock/stream?sku=${sku}`];
      const places = new Map<string, string | null>();
      for (const path of paths) {
        const first = await follow(path, null);
        await first.leave();
        places.set(path, first.lastEventId());
      }

      const body = { lines: [{ sku, quantity: 1 }] };
      const { status, body: placed } = await api.send("/v1/orders", { method: "POST", body, token });
      expect(status).toBeLessThan(300);
      const { id: orderId } = placed as { id: string };

      for (const path of paths) {
        const again = await follow(path, places.get(path) ?? null);
        const isMissed = ({ id, subject, sku: moved }: News) =>
          id === orderId || subject === orderId || moved === sku;
        await waitFor(() => again.messages.some(({ data }) => isMissed(data as News)), {
          ...PATIENCE,
          what: `what was missed in ${path}`,
        });
        expect(again.messages.filter(({ event }) => event === "resync")).toEqual([]);
        await again.leave();
      }
    } finally {
      await shop.close();
    }
  },
  TIMEOUT_MS,
);
