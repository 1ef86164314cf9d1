import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { newId } from "../../shared/kernel/ids.ts";
import { isSku } from "../domain/back-in-stock.ts";
import { skuRefOf } from "../domain/sku-ref.ts";
import {
  ADDED_UNITS,
  buttonData,
  buttonDataOf,
  buttonKinds,
  CALLBACK_DATA_MAX,
  readCallbackData,
} from "./callback-data.ts";

describe("bot-6: what a button says when it is tapped", () => {
  test("bot-6: is read back as it was written, and fits into 64 bytes, whatever the kind and the version", () => {
    const version = fc.integer({ min: 1, max: 999_999_999 });
    for (const kind of ["order-cancel", "order-cancel-sure", "order-repeat", "order-keep"] as const) {
      fc.assert(
        fc.property(fc.uuid({ version: 7 }), version, (id, shown) => {
          const data = buttonData(kind, id, shown);
          expect(readCallbackData(data)).toEqual({ kind, id, argument: "", version: shown });
          expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
        }),
      );
    }
    const letters = buttonKinds.map((kind) => buttonData(kind, "", 1).split(":")[0]);
    expect(new Set(letters).size).toBe(buttonKinds.length);
  });

  test("bot-6: also where it names a SKU, however long, a count and a version", () => {
    const sku = fc
      .string({
        unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)),
        maxLength: 64,
      })
      .filter(isSku);
    const version = fc.integer({ min: 1, max: 999_999_999 });
    const count = fc.integer({ min: 0, max: 1_000_000_000 });
    const argumentsOf = {
      ...{
        "stock-open": fc.constant(""),
        "stock-undo": fc.constant(""),
        "stock-set-sure": count.map(String),
      },
      "stock-add": fc.constantFrom(...ADDED_UNITS).map(String),
      "stock-snooze": fc.constantFrom("0", "1"),
    } as const;
    for (const kind of ["stock-undo", "stock-set-sure", "stock-add", "stock-snooze", "stock-open"] as const) {
      fc.assert(
        fc.property(sku, argumentsOf[kind], version, (named, argument, shown) => {
          const id = skuRefOf(named);
          const data = buttonDataOf(kind, { id, argument, version: shown });
          expect(Buffer.byteLength(data)).toBeLessThanOrEqual(CALLBACK_DATA_MAX);
          const isVersioned = kind === "stock-undo" || kind === "stock-set-sure";
          expect(readCallbackData(data)).toEqual({ kind, id, argument, version: isVersioned ? shown : 0 });
        }),
      );
    }
  });

  test("bot-6: and what stood below messages of before is read on", () => {
    const id = newId();
    expect(readCallbackData(`n:${id}`)).toMatchObject({ kind: "not-me", id });
    expect(readCallbackData(`s:${id}`)).toMatchObject({ kind: "not-my-session", id });
  });

  test("bot-6: anything else is none of ours, and nothing makes the reader fail", () => {
    const id = newId();
    for (const data of [
      undefined,
      "",
      ":",
      "n",
      "n:",
      `n:${id}:1`,
      `oc:${id}`,
      `oc:${id}:0`,
      `oc:${id}:1.5`,
      "ol:x",
    ])
      expect([data, readCallbackData(data)]).toEqual([data, null]);
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (data) => void readCallbackData(data)));
    for (const data of [
      "kl",
      "kl:low",
      "kl:low:-1",
      "kl:high:1",
      "ka:MUG",
      "ka:MUG:2",
      "ka::1",
      "ky:MUG:01:1",
    ])
      expect([data, readCallbackData(data)]).toEqual([data, null]);
    for (const data of [`n:${id}x`, `oc:${id}:1x`, `o:${id}:`, "lg:arx", "olx"])
      expect([data, readCallbackData(data)]).toEqual([data, null]);
  });
});
