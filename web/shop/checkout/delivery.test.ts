import { describe, expect, test } from "bun:test";
import { countriesIn, countryName, countryOf } from "./countries.ts";
import { addressOf, firstDelivery, missingFields, orderOf } from "./delivery.ts";

const buyer = { name: "Nora", country: "DE" };

describe("a delivery", () => {
  test("begins where the last one went, else with the buyer", () => {
    expect(firstDelivery(null, buyer)).toMatchObject({
      recipient: "Nora",
      country: "DE",
      line1: "",
      payment: "manual",
    });
    const last = { recipient: "Max", line1: "Weg 1", city: "Wien", country: "AT" };
    expect(firstDelivery(last, buyer)).toMatchObject({ ...last, line2: "", postalCode: "" });
  });

  test("names what is missing, and blanks are", () => {
    expect(missingFields({ ...firstDelivery(null, buyer), city: "  " })).toEqual(["line1", "city"]);
  });

  test("becomes an order without what was left empty", () => {
    const delivery = { ...firstDelivery(null, buyer), line1: " Weg 1 ", city: "Wien", note: " " };
    expect(addressOf(delivery)).toEqual({ recipient: "Nora", line1: "Weg 1", city: "Wien", country: "DE" });
    const line = { sku: "MUG", quantity: 2, product: "left out" };
    expect(orderOf([line], { ...delivery, note: "Ring twice", payment: "simulated" })).toEqual({
      lines: [{ sku: "MUG", quantity: 2 }],
      address: { recipient: "Nora", line1: "Weg 1", city: "Wien", country: "DE" },
      payment: "simulated",
      note: "Ring twice",
    });
  });
});

test("countries are in the reader's language and order, each once", () => {
  const german = countriesIn("de");
  expect(german.length).toBe(245);
  expect(new Set(german.map(({ label }) => label)).size).toBe(245);
  expect(countryName("DE", "ar")).toBe("ألمانيا");
  expect([["de-AT"], ["en"], ["en", "zh-Hant-TW"], ["en-XX", "fr-CH"]].map(countryOf)).toEqual([
    "AT",
    "",
    "TW",
    "CH",
  ]);
});
