import { expect, test } from "bun:test";
import { inRepository } from "./yaml-files.ts";

const check = async (part: string, variable: string, status: number): Promise<number> => {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("", { status }) });
  try {
    const child = Bun.spawn([process.execPath, inRepository("tools/healthcheck.ts"), part], {
      env: { PATH: process.env.PATH ?? "", [variable]: `${server.port}` },
      stdout: "ignore",
      stderr: "ignore",
    });
    return await child.exited;
  } finally {
    await server.stop(true);
  }
};

test("a service is well when it says so; the gateway when it answers, since a new start brings no other service back", async () => {
  expect(await check("orders", "ORDERS_PORT", 200)).toBe(0);
  expect(await check("orders", "ORDERS_PORT", 503)).toBe(1);
  expect(await check("gateway", "PORT", 503)).toBe(0);
});
