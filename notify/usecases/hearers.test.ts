import { expect, test } from "bun:test";
import { newId } from "../../shared/kernel/ids.ts";
import type { Notice } from "../domain/notice.ts";
import { hearersOf } from "./hearers.ts";

test("notify-25: alerts go to the roles that may see what they tell of, and to groups that can choose them", () => {
  const orderId = newId();
  const total = { amountMinor: 1, currency: "EUR" };
  const order: Notice = {
    ...{ template: "order-alert", orderId, number: "K-1", status: "confirmed", pieces: 1, total },
    reason: null,
  };
  const rows: readonly [Notice, string[], boolean][] = [
    [order, ["staff", "admin"], true],
    [{ template: "stock-low", sku: "A", available: 1, threshold: 2 }, ["staff", "admin"], true],
    [{ template: "messages-parked", queue: "q", count: 1, types: [] }, ["staff", "admin"], true],
    [{ template: "sagas-stuck", count: 1, numbers: ["K-1"] }, ["staff", "admin"], true],
    [{ template: "group-lost", groupId: newId() }, ["admin"], false],
    [{ template: "bot-conflict", botId: "7" }, ["admin"], true],
  ];
  for (const [notice, roles, groups] of rows) expect(hearersOf(notice)).toEqual({ roles, groups } as never);
});
