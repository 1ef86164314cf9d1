import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { importsOf, violationsOf } from "./architecture-rules.ts";

const root = join(import.meta.dir, "..");

describe("the architecture", () => {
  test("every import and every pure room keeps the rules", async () => {
    const paths = await Array.fromAsync(new Bun.Glob("**/*.{ts,tsx}").scan({ cwd: root }));
    const own = paths.filter((path) => !/(^|\/)(node_modules|\.data)\//.test(path));
    const violations = await Promise.all(
      own.map(async (path) => violationsOf({ path, text: await Bun.file(join(root, path)).text() })),
    );
    expect(own.length).toBeGreaterThan(100);
    expect(violations.flat()).toEqual([]);
  });
});

describe("the test of the test: a forbidden import is found", () => {
  const forbidden: readonly [string, string][] = [
    ["orders/domain/order.ts", 'import { eq } from "drizzle-orm";'],
    ["orders/domain/order.ts", 'import { z } from "zod";'],
    ["orders/domain/order.ts", 'import { placeOrder } from "../usecases/place-order.ts";'],
    ["orders/domain/order.ts", "export const at = Date.now();"],
    ["orders/usecases/place-order.ts", 'import type { Db } from "../../shared/ports/database.ts";'],
    ["orders/usecases/place-order.ts", 'import { orderStore } from "../store/order-store.ts";'],
    ["orders/usecases/place-order.ts", 'import { Elysia } from "elysia";'],
    ["orders/http/order-routes.ts", 'import { orderStore } from "../store/order-store.ts";'],
    ["orders/store/order-store.ts", 'import { orderRoutes } from "../http/order-routes.ts";'],
    ["orders/events/on-user.ts", 'import { Elysia } from "elysia";'],
    ["orders/service.ts", 'import type { Stock } from "../inventory/domain/stock.ts";'],
    ["orders/service.ts", 'import { openPostgres } from "../shared/drivers/postgres.ts";'],
    ["shared/http/x.ts", 'import { createOrders } from "../../orders/service.ts";'],
    ["shared/kernel/money.ts", 'import { z } from "zod";'],
    ["sandbox/sandbox.ts", 'import { systemClock } from "../shared/kernel/clock.ts";'],
    ["sandbox/sandbox.ts", 'import { Bot } from "grammy";'],
    ["gateway/forward.ts", 'import { createOrders } from "../orders/service.ts";'],
    ["simulator/run-seed.ts", 'import { createOrders } from "../orders/service.ts";'],
    ["simulator/world/world.ts", "const at = performance.now();"],
    ["orders/store/order-store.ts", "await db.transaction(async () => undefined);"],
    ["orders/usecases/lazy.ts", 'const x = await import("../store/order-store.ts");'],
  ];

  for (const [path, text] of forbidden) {
    test(`${path} with ${text}`, () => expect(violationsOf({ path, text })).not.toEqual([]));
  }

  const allowed: readonly [string, string][] = [
    ["orders/domain/order.ts", 'import { conflict } from "../../shared/kernel/errors.ts";'],
    ["orders/usecases/place-order.ts", 'import { decide } from "../domain/saga.ts";'],
    ["orders/store/order-store.ts", 'import { append } from "../../shared/outbox/outbox.ts";'],
    ["orders/service.ts", 'import { createServiceApp } from "../shared/http/service-app.ts";'],
    [
      "orders/service.test.ts",
      'import { createMemoryEventBus } from "../shared/drivers/memory-event-bus.ts";',
    ],
    ["orders/domain/order.ts", "// the caller passes Date.now() in"],
  ];
  for (const [path, text] of allowed) {
    test(`${path} may have ${text}`, () => expect(violationsOf({ path, text })).toEqual([]));
  }

  test("imports are found however they are written", () => {
    const text =
      'import a from "a";\nimport type { B } from "b";\nexport { c } from "c";\nimport "d";\nconst e = await import("e");\nimport {\n  f,\n} from "f";';
    expect(importsOf(text)).toEqual(["a", "b", "c", "d", "e", "f"]);
  });
});
