import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readSocket } from "../shared/testing/socket-reader.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openShopFloor } from "./busy-shop.ts";
import { type OneProcess, openOneProcess } from "./one-process.ts";

const TIMEOUT_MS = 60_000;
const PATIENCE = { timeoutMs: 20_000 } as const;
const PATH = "/v1/notifications/ws";

describe("WS /v1/notifications/ws", () => {
  let shop: OneProcess;
  let floor: Awaited<ReturnType<typeof openShopFloor>>;
  let url: string;

  beforeAll(async () => {
    shop = await openOneProcess({ RATE_LIMITS: "off" });
    floor = await openShopFloor(shop, { buyers: 2 });
    url = `${shop.url}${PATH}`;
  }, TIMEOUT_MS);
  afterAll(() => shop?.close(), TIMEOUT_MS);

  const tokenOf = (buyer: number): string => floor.buyers[buyer]?.accessToken ?? "";
  const bearing = (token: string) => ({ protocols: ["kiosk.v1", `bearer.${token}`] });
  const buy = async (buyer: number): Promise<string> => {
    const [sku] = floor.initial.keys();
    const { status, body } = await floor.api.send("/v1/orders", {
      method: "POST",
      body: { lines: [{ sku, quantity: 1 }] },
      token: tokenOf(buyer),
    });
    expect(status).toBeLessThan(300);
    return (body as { id: string }).id;
  };
  const tellsOf = (reader: ReturnType<typeof readSocket>, orderId: string): boolean =>
    reader.messages.some(({ data }) => (data as { subject?: string } | null)?.subject === orderId);
  const begun = (reader: ReturnType<typeof readSocket>) =>
    waitFor(() => reader.lastId() !== null, { ...PATIENCE, what: "a place in the stream" });

  test("tells a customer of their own orders and of nobody else's, by a protocol that carries the token", async () => {
    const [own, others] = [readSocket(url, bearing(tokenOf(0))), readSocket(url, bearing(tokenOf(1)))];
    await Promise.all([begun(own), begun(others)]);
    expect(own.protocol()).toBe("kiosk.v1");
    const first = await buy(0);
    const second = await buy(1);
    await waitFor(() => tellsOf(own, first), { ...PATIENCE, what: "the own order" });
    await waitFor(() => tellsOf(others, second), { ...PATIENCE, what: "the other's own order" });
    expect([tellsOf(own, second), tellsOf(others, first)]).toEqual([false, false]);
    await Promise.all([own.leave(), others.leave()]);
  });

  test("goes on where its reader left, by lastEventId, and takes a token from a header too", async () => {
    const headers = { authorization: `Bearer ${tokenOf(0)}` };
    const before = readSocket(url, { headers });
    await begun(before);
    await before.leave();
    const missed = await buy(0);
    const after = readSocket(`${url}?lastEventId=${encodeURIComponent(before.lastId() ?? "")}`, { headers });
    await waitFor(() => tellsOf(after, missed), { ...PATIENCE, what: "what was missed" });
    expect(after.messages.filter(({ event }) => event === "resync")).toEqual([]);
    await after.leave();
  });

  test("shows staff everything, and a customer no door to it", async () => {
    const staff = readSocket(`${url}?feed=admin`, bearing(floor.merchant.accessToken));
    await begun(staff);
    const orderId = await buy(1);
    await waitFor(() => tellsOf(staff, orderId), { ...PATIENCE, what: "somebody's order" });
    await staff.leave();
    const handshake = (token: string, query: string) =>
      fetch(`${url}${query}`, {
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
          "sec-websocket-protocol": `kiosk.v1, bearer.${token}`,
        },
      });
    expect((await handshake(tokenOf(0), "?feed=admin")).status).toBe(403);
    expect((await handshake("forged.token.here", "")).status).toBe(401);
    expect((await handshake("", "?feed=nonsense")).status).toBe(401);
  });

  test("says what it wants to who does not ask for a WebSocket", async () => {
    const response = await fetch(url, { headers: { authorization: `Bearer ${tokenOf(0)}` } });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      code: "VALIDATION",
      errors: [{ pointer: "/headers/upgrade" }],
    });
  });

  test("closes when something is said to it, and when its session ends", async () => {
    const talkative = readSocket(url, bearing(tokenOf(0)));
    await talkative.opened;
    talkative.send("hello");
    expect((await talkative.ended).code).toBe(1003);
    const leaving = readSocket(url, bearing(tokenOf(1)));
    await begun(leaving);
    await floor.api.send("/v1/auth/logout", { method: "POST", token: tokenOf(1) });
    expect((await leaving.ended).code).toBe(1013);
  });
});
