import { describe, expect, test } from "bun:test";
import { readImportHeader } from "./import-columns.ts";

describe("the format of a file", () => {
  test("is known by its columns, however they are written and ordered", () => {
    const kiosk = readImportHeader(["Price", "S K U", "Attribute.Colour", "attribute.colour", "Shelf", ""]);
    expect(kiosk).toMatchObject({
      format: "kiosk",
      at: { sku: 1, price: 0, name: null },
      ignored: ["Shelf"],
    });
    expect([...kiosk.attributes]).toEqual([
      ["Colour", 2],
      ["colour", 3],
    ]);
    const shopify = readImportHeader(["Handle", "Title", "Body (HTML)", "Variant SKU", "SEO Title"]);
    expect(shopify).toMatchObject({ format: "shopify", at: { sku: 3, body: 2 }, ignored: ["SEO Title"] });
    const lines = readImportHeader(["InvoiceNo", "Stock_Code", "description", "Unit Price", "Country"]);
    expect(lines).toMatchObject({
      format: "order-lines",
      at: { code: 1, description: 2, price: 3 },
      ignored: ["InvoiceNo", "Country"],
    });
  });

  test("has an attribute only by a name that a product's attribute may have", () => {
    const columns = ["attribute.a\nb", "attribute.a\0b", "attribute.", `attribute.${"x".repeat(65)}`];
    const { attributes, ignored } = readImportHeader(["sku", ...columns, "attribute.ok"]);
    expect([...attributes.keys()]).toEqual(["ok"]);
    expect(ignored).toHaveLength(columns.length);
  });

  test("is refused with what to do where it is none, or where two columns mean the same", () => {
    const problemOf = (cells: string[] | null) => {
      try {
        readImportHeader(cells);
      } catch (error) {
        return JSON.stringify((error as { details: unknown }).details);
      }
      return "";
    };
    expect(problemOf(null)).toContain("must begin with a row");
    expect(problemOf(["name", "price"])).toContain("sku");
    expect(problemOf(["sku", "Name", "na me"])).toContain("more than one column for name");
    expect(problemOf(["sku", "attribute.a", "ATTRIBUTE.a"])).toContain("attribute.a");
    expect(problemOf(Array(1_001).fill("sku"))).toContain("1000 columns");
  });
});
