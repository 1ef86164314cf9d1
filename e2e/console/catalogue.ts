import { expect, test } from "bun:test";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { axeFindings } from "../shop-window.ts";
import type { ConsoleWindow } from "./console-window.ts";

const productSchema = z.looseObject({ id: z.string(), name: z.string() });
const attributesSchema = z.looseObject({ attributes: z.record(z.string(), z.unknown()) });

const madeAndStocked = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  const { page, problems } = await openConsole(admin, "/products");
  await page.getByRole("button", { name: "New product" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name", exact: true }).fill("Console kettle");
  await form.getByLabel("SKU").fill("CO-KETTLE");
  await form.getByLabel("Price").fill("39.00");
  await form.getByLabel("Status").selectOption("active");
  await form.getByRole("button", { name: "Add an attribute" }).click();
  await form.getByLabel("Name of attribute 1").fill("volume");
  await form.getByLabel("Kind of volume").selectOption("number");
  await form.getByLabel("Value of volume").fill("much");
  await form.getByText("Not such a value").waitFor();
  await form.getByLabel("Value of volume").fill("1.7");
  await form.getByRole("button", { name: "New product" }).click();
  await page.getByText("Console kettle is there.").waitFor();

  await page.getByRole("link", { name: "Stock" }).click();
  const stocking = page.getByRole("dialog");
  const stock = async (units: string) => {
    await page.getByRole("button", { name: "Stock a SKU" }).click();
    await stocking.getByLabel("SKU").fill("CO-KETTLE");
    await stocking.getByLabel("Units on hand").fill(units);
    await stocking.getByRole("button", { name: "Stock a SKU" }).click();
  };
  await stock("6");
  const available = page.getByTestId("available-CO-KETTLE").getByText("6", { exact: true });
  await available.waitFor();
  const { body } = await shop.expectAnswer(200, attributesSchema, "/v1/products/CO-KETTLE");
  expect(body.attributes).toEqual({ volume: 1.7 });
  expect(problems).toEqual([]);
  // Whoever has the same thought afterwards writes over nobody's count.
  await stock("60");
  await page.getByText("CO-KETTLE has stock already").waitFor();
  await available.waitFor();
};

const twoWhoEdit = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-BOWL", "Console bowl", 5);
  const { page } = await openConsole(admin, "/products");
  await page.getByRole("searchbox").fill("Console bowl");
  await page.getByRole("button", { name: "Edit Console bowl" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Price").fill("14.50");
  const { body: bowl } = await shop.expectAnswer(200, productSchema, "/v1/products/CO-BOWL");
  await shop.asMerchant("PATCH", `/v1/products/${bowl.id}`, { name: "Salad bowl" });
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await form.getByText("Changed meanwhile").waitFor();
  await form.getByRole("cell", { name: "Salad bowl" }).waitFor();
  await form.getByRole("button", { name: "Take what is saved" }).click();
  await form.getByLabel("Price").fill("14.50");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Salad bowl is saved.").waitFor();
};

const imported = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  const { page, problems } = await openConsole(admin, "/imports", { bypassCSP: true });
  const csv = "sku,name,price,currency\nCO-CSV-1,Imported one,5.00,USD\nCO-CSV-2,Imported two,much,USD\n";
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "products.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("Nothing is changed yet").waitFor();
  await page.getByRole("row", { name: /^3 / }).waitFor();
  await page.getByRole("row", { name: /CO-CSV-1/ }).waitFor();
  expect((await shop.api.send("/v1/products/CO-CSV-1")).status).toBe(404);
  expect(await axeFindings(page)).toEqual([]);

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByText("Imported", { exact: true }).waitFor();
  const call = { token: admin.accessToken };
  const { body } = await shop.expectAnswer(200, productSchema, "/v1/products/CO-CSV-1", call);
  expect(body.name).toBe("Imported one");
  expect(problems).toEqual([]);
};

const movedCategory = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  for (const name of ["Console A", "Console B"]) await shop.asMerchant("POST", "/v1/categories", { name });
  const { page } = await openConsole(admin, "/categories");
  await page.getByRole("button", { name: "Rename Console B" }).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByText("Console B is moved.").waitFor();
  const order = async () =>
    (await page.getByRole("listitem").allTextContents()).flatMap((text) => /Console [AB]/.exec(text) ?? []);
  await waitFor(async () => (await order()).join() === "Console B,Console A", { what: "the new order" });
};

/** What the shop has for sale, in the console. */
export const testCatalogue = (theConsole: () => ConsoleWindow): void => {
  test("a product is made with its attributes, gets its first stock, and is for sale", () =>
    madeAndStocked(theConsole()));
  test("two who edit one product see each other's work, and nothing is lost unseen", () =>
    twoWhoEdit(theConsole()));
  test("a file is looked at before it is imported, with its mistakes by line", () => imported(theConsole()));
  test("a category is moved by Alt and the arrow keys", () => movedCategory(theConsole()));
};
