import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { STOCK_CHANNEL, stockMessageSchema } from "../../shared/contracts/stock-stream.ts";
import { RESUME_CHANGES_MAX } from "../../shared/http/change-stream.ts";
import { createStreamIds, streamKeys } from "../../shared/http/stream-ids.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { readSse } from "../../shared/testing/sse-reader.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import {
  type CallOptions,
  type InventoryUnderTest,
  inventoryUnderTest,
  SET_UP_TIMEOUT_MS,
} from "../testing/inventory-under-test.ts";
import { encodeChangeCursor } from "./change-cursor.ts";

let shop: InventoryUnderTest;
beforeAll(async () => {
  shop = await inventoryUnderTest();
  await shop.inventory.start();
}, SET_UP_TIMEOUT_MS);
afterAll(() => shop.close());

interface Received {
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

const fieldOf = (block: string, name: string) =>
  block
    .split("\n")
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

/** Opens a stream and collects what comes. */
const follow = async (query: string, options: CallOptions = {}) => {
  const abort = new AbortController();
  const response = await shop.open(`/v1/stock/stream${query}`, { ...options, signal: abort.signal });
  const received: Received[] = [];
  let text = "";
  let open = false;
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      open = true;
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = fieldOf(block, "data");
        if (data !== undefined) received.push({ id: fieldOf(block, "id"), data: JSON.parse(data) });
      }
    }
  })();
  await waitFor(() => open, { what: "the stream to open" });
  return {
    response,
    received,
    ended,
    until: (sku: string, version: number) =>
      waitFor(() => received.find(({ data }) => data.sku === sku && data.version === version), {
        what: `${sku} in version ${version}`,
      }),
    close: () => abort.abort(),
  };
};

/** Whether a stream is following cannot be seen from outside: changes are made until one of them has come. */
const settled = async (stream: Awaited<ReturnType<typeof follow>>, sku: string) => {
  let onHand = 100;
  await waitFor(
    async () => {
      onHand += 1;
      await shop.stock(sku, onHand);
      return stream.received.length > 0;
    },
    { what: "the stream to follow", everyMs: 30 },
  );
};

describe("the stock stream", () => {
  test("shows everybody what can be sold, and no more", async () => {
    const stream = await follow("?sku=PUBLIC", { as: "public" });
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    await settled(stream, "PUBLIC");
    for (const { data } of stream.received)
      expect(Object.keys(data).sort()).toEqual(["available", "sku", "version"]);
    stream.close();
    await stream.ended;
  });

  test("shows customers the same as everybody, and staff all counters", async () => {
    const customer = await follow("?sku=VIEW", { as: "customer" });
    const staff = await follow("?sku=VIEW", { as: "staff" });
    await settled(customer, "VIEW");
    await settled(staff, "VIEW");
    expect(Object.keys(customer.received[0]?.data ?? {}).sort()).toEqual(["available", "sku", "version"]);
    expect(staff.received[0]?.data).toMatchObject({
      sku: "VIEW",
      onHand: expect.any(Number),
      reserved: 0,
      exists: true,
      occurredAt: expect.any(String),
    });
    customer.close();
    staff.close();
    await Promise.all([customer.ended, staff.ended]);
  });

  test("can be narrowed to some SKUs", async () => {
    const stream = await follow("?sku=ONE,TWO");
    await settled(stream, "ONE");
    await shop.stock("THREE", 3);
    await shop.stock("TWO", 2);
    await stream.until("TWO", 1);
    expect(new Set(stream.received.map(({ data }) => data.sku))).toEqual(new Set(["ONE", "TWO"]));
    stream.close();
    await stream.ended;
  });

  test("resumes after the last event that the reader has, without a gap", async () => {
    const first = await follow("?sku=RESUME,RESUME-B");
    await settled(first, "RESUME");
    const lastId = first.received.at(-1)?.id ?? "";
    expect(lastId).not.toBe("");
    first.close();
    await first.ended;

    const { body } = await shop.stock("RESUME", 7);
    await shop.stock("RESUME-B", 1);
    const second = await follow("?sku=RESUME,RESUME-B", { headers: { "last-event-id": lastId } });
    await second.until("RESUME", Number(body.version));
    await second.until("RESUME-B", 1);
    second.close();
    await second.ended;
  });

  test("tells of changes while a stranger's transaction holds the horizon back, once that ends", async () => {
    const stream = await follow("?sku=BEHIND");
    await settled(stream, "BEHIND");
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = shop.database.transaction(async (tx) => {
      await tx.execute("select pg_current_xact_id()");
      begun.resolve();
      await gate.promise;
    });
    await begun.promise;
    const { body } = await shop.stock("BEHIND", 1);
    gate.resolve();
    await slow;
    await stream.until("BEHIND", Number(body.version));
    stream.close();
    await stream.ended;
  });

  test("tells a reader whose place is none of its own to read again, once, and goes on", async () => {
    for (const id of ["nowhere", encodeChangeCursor({ tx: "1", key: "PLACE" })]) {
      const stream = await follow("?sku=PLACE", { headers: { "last-event-id": id } });
      await waitFor(() => stream.received.length > 0, { what: "the resync" });
      expect(stream.received.map(({ data }) => data)).toEqual([{ reason: "unknown-id" }]);
      const { body } = await shop.stock("PLACE", 5);
      await stream.until("PLACE", Number(body.version));
      expect(stream.received.filter(({ data }) => "reason" in data)).toHaveLength(1);
      stream.close();
      await stream.ended;
    }
  });

  test("tells a reader who missed more than is sent to read again", async () => {
    const own = await inventoryUnderTest();
    await own.inventory.start();
    const id = createStreamIds("stock", streamKeys.sku).encode({ tx: "0", key: "" });
    const levels = Array.from({ length: RESUME_CHANGES_MAX }, (_, n) => ({ sku: `MANY-${n}`, quantity: 1 }));
    await own.inventory.seed(levels);
    const firstData = async () => {
      const stream = readSse(await own.open("/v1/stock/stream", { headers: { "last-event-id": id } }));
      const [first] = await waitFor(() => stream.messages.length > 0 && stream.messages);
      await stream.leave();
      return JSON.stringify(first?.data);
    };
    // Transactions of others on the server may keep the horizon back for a moment.
    await waitFor(async () => (await firstData()) === '{"reason":"missed"}', { what: "the resync" });
    await own.close();
  });

  test("refuses too many SKUs", async () => {
    const many = Array.from({ length: 101 }, (_, i) => `S${i}`).join(",");
    expect((await shop.call("GET", `/v1/stock/stream?sku=${many}`)).status).toBe(422);
  });
});

describe("the stock channel", () => {
  test("carries all changes of a transaction, after it", async () => {
    const messages: string[] = [];
    const subscription = await shop.pubSub.subscribe(STOCK_CHANNEL, {
      onMessage: (message) => messages.push(message),
    });
    await shop.stock("CHANNEL-A", 5);
    await shop.stock("CHANNEL-B", 5);
    const orderId = newId();
    await shop.reserve(
      orderId,
      ["CHANNEL-A", "CHANNEL-B"].map((sku) => ({ sku, quantity: 2 })),
    );
    const found = await waitFor(() =>
      messages
        .map((message) => stockMessageSchema.parse(JSON.parse(message)).changes)
        .find((changes) => changes.length === 2 && changes[0]?.sku === "CHANNEL-A"),
    );
    expect(found).toEqual([
      expect.objectContaining({
        sku: "CHANNEL-A",
        onHand: 5,
        reserved: 2,
        available: 3,
        version: 2,
        exists: true,
      }),
      expect.objectContaining({
        sku: "CHANNEL-B",
        onHand: 5,
        reserved: 2,
        available: 3,
        version: 2,
        exists: true,
      }),
    ]);
    await subscription.close();
  });
});

describe("a service that stops", () => {
  test("ends its streams, takes no new ones, and may be stopped twice", async () => {
    const own = await inventoryUnderTest();
    await own.inventory.start();
    await own.inventory.start();
    const response = await own.open("/v1/stock/stream");
    await own.inventory.stop();
    await own.inventory.stop();
    expect(await response.text()).toContain("retry:");
    expect((await own.open("/v1/stock/stream")).status).toBe(503);
    await own.close();
  });
});
