import { expect, test } from "bun:test";
import { locales } from "../domain/locale.ts";
import type { Notice } from "../domain/notice.ts";
import { skuRefOf } from "../domain/sku-ref.ts";
import { CALLBACK_DATA_MAX, readCallbackData } from "./callback-data.ts";
import { digestButtons, noticeButtons } from "./notice-buttons.ts";
import { textsFor } from "./texts/texts.ts";

const low = (sku: string, version = 1): Notice => ({
  ...{ template: "stock-low", sku, available: 1, threshold: 5, version },
});

const skusOf = (buttons: ReturnType<typeof digestButtons>): string[] =>
  (buttons.reply_markup?.inline_keyboard ?? []).flat().map((button) => {
    const data = "callback_data" in button ? button.callback_data : "";
    expect(Buffer.byteLength(data)).toBeLessThanOrEqual(CALLBACK_DATA_MAX);
    return readCallbackData(data)?.id ?? "";
  });

test("bot-8: an alert of stock opens the card, however long its SKU, in every language", () => {
  for (const locale of locales)
    for (const sku of ["MUG", "x".repeat(64), "a:b:c", "~odd"])
      expect(skusOf(noticeButtons(low(sku), textsFor(locale)))).toEqual([skuRefOf(sku)]);
});

test("bot-8: several alerts open the cards of the first four products that are low by the newest news", () => {
  const notices: Notice[] = [
    low("GONE", 1),
    ...["A", "B", "C", "D", "E"].map((sku) => low(sku)),
    { template: "stock-restocked", sku: "GONE", available: 9, version: 2 },
  ];
  expect(skusOf(digestButtons(notices, textsFor("en")))).toEqual(["A", "B", "C", "D"]);
  expect(digestButtons([notices[6] as Notice], textsFor("en"))).toEqual({});
});
