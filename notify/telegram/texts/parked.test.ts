import { expect, test } from "bun:test";
import { locales } from "../../domain/locale.ts";
import type { MessagesParkedNotice } from "../../domain/operations-notice.ts";
import { TEXT_MAX } from "../html.ts";
import { textsFor, wordsOf } from "./texts.ts";

const notice: MessagesParkedNotice = {
  ...{ template: "messages-parked", queue: "orders.catalog-events", count: 41 },
  types: ["product.updated", "<b>&malformed"],
};

test("an alert says how many, of what type, and where to look", () => {
  expect(wordsOf(notice, textsFor("en")).text).toBe(
    "🅿️ 41 events could not be handled and are parked.\nQueue: orders.catalog-events\n" +
      "Type: product.updated, <b>&malformed\n" +
      "See GET /v1/ops/parked?queue=orders.catalog-events; once the cause is removed, replay there.",
  );
  expect(wordsOf({ ...notice, count: 1 }, textsFor("en")).text).toStartWith(
    "🅿️ An event could not be handled and is parked.",
  );
});

test("an alert says so in every language, and is as short as Telegram wants it", () => {
  for (const locale of locales) {
    const { text, markup } = wordsOf(notice, textsFor(locale));
    for (const part of ["41", notice.queue, "product.updated", `GET /v1/ops/parked?queue=${notice.queue}`])
      expect(text).toContain(part);
    expect(markup).toContain("&lt;b&gt;&amp;malformed");
    const types = Array.from({ length: 5 }, () => "t".repeat(1_000));
    expect(wordsOf({ ...notice, types }, textsFor(locale)).text.length).toBeLessThan(TEXT_MAX / 4);
  }
});
