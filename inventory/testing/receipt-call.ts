import { readAnswer } from "../../shared/testing/service-under-test.ts";
import type { ReceiptReport } from "../usecases/receipt-report.ts";
import type { Answer, Caller, InventoryUnderTest } from "./inventory-under-test.ts";

export interface ReceiptCallOptions {
  readonly as?: Caller;
  readonly key?: string;
  readonly type?: string | null;
  /** Such as `?dryRun=true`. */
  readonly query?: string;
}

/** Sends a file as staff do: by default as text/csv. */
export const sendReceipt = async (
  { inventory }: Pick<InventoryUnderTest, "inventory">,
  body: BodyInit,
  { as = "staff", key, type = "text/csv", query = "" }: ReceiptCallOptions = {},
): Promise<Answer<ReceiptReport>> => {
  const headers = new Headers();
  if (as !== "public") headers.set("authorization", `Bearer ${as}`);
  if (type !== null) headers.set("content-type", type);
  if (key !== undefined) headers.set("idempotency-key", key);
  // As bytes: text would bring a content type of its own.
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const request = new Request(`http://inventory/v1/stock/receipts${query}`, {
    method: "POST",
    headers,
    body: bytes,
  });
  return readAnswer(await inventory.fetch(request));
};
