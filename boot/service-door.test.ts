import { afterEach, expect, test } from "bun:test";
import { createHttpServer, type HttpServer } from "../shared/runtime/http-server.ts";
import { createMetrics } from "../shared/runtime/metrics.ts";
import { remoteService } from "./remote-service.ts";
import { serviceDoor } from "./service-door.ts";

const PEER = "p".repeat(32);
const running: HttpServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

/** A service that says whom it takes the caller for, on a real port. */
const open = async (token?: string) => {
  const metrics = createMetrics();
  const echo = async (request: Request) =>
    Response.json({
      ip: request.headers.get("x-client-ip"),
      peer: request.headers.get("x-kiosk-peer"),
      body: await request.text(),
    });
  const fetch = serviceDoor(echo, PEER, { metrics, token });
  const server = createHttpServer({
    name: "orders",
    host: "127.0.0.1",
    port: 0,
    portVariable: "ORDERS_PORT",
    bodyMaxBytes: 1_000,
    fetch,
  });
  running.push(server);
  await server.start();
  return server.url;
};

test("a stranger's word on who is calling does not count", async () => {
  const url = await open();
  const answer = await fetch(url, { headers: { "x-client-ip": "203.0.113.9", "x-kiosk-peer": "guess" } });
  expect(await answer.json()).toEqual({ ip: "127.0.0.1", peer: null, body: "" });
});

test("the gateway's word counts, and its proof goes no further", async () => {
  const reach = remoteService([await open()], PEER);
  const answer = await reach(
    new Request("http://orders.internal/v1/orders", {
      method: "POST",
      body: "{}",
      headers: { "x-client-ip": "203.0.113.9" },
    }),
  );
  expect(await answer.json()).toEqual({ ip: "203.0.113.9", peer: null, body: "{}" });
});

test("metrics are at the service's own port, guarded as the gateway's", async () => {
  expect((await fetch(`${await open()}/metrics`)).status).toBe(200);
  const guarded = `${await open("m".repeat(32))}/metrics`;
  expect((await fetch(guarded)).status).toBe(403);
  expect((await fetch(guarded, { headers: { authorization: `Bearer ${"m".repeat(32)}` } })).status).toBe(200);
});
