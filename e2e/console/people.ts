import { expect, test } from "bun:test";
import { pageFrame } from "../accessibility.ts";
import type { ConsoleWindow } from "./console-window.ts";

const erased = async ({ shop, admin, openConsole, giveFreshCode }: ConsoleWindow): Promise<void> => {
  const gone = await shop.customer("Otto Gone", "+12025550174");
  const { page } = await openConsole(admin, "/customers");
  const after = await shop.sandbox.lastMessageId(admin.personId);
  await page.getByRole("button", { name: "More for Otto Gone" }).click();
  await page.getByRole("menuitem", { name: "Erase" }).click();
  const dialog = page.getByRole("dialog", { name: "Erase Otto Gone?" });
  const erase = dialog.getByRole("button", { name: "Erase" });
  await dialog.getByLabel("To be sure").fill("Otto");
  expect(await erase.isDisabled()).toBe(true);
  await dialog.getByLabel("To be sure").fill("Otto Gone");
  await erase.click();
  await giveFreshCode(page, after);
  await page.getByText("Otto Gone is being erased.").waitFor();
  await page.getByRole("row", { name: /Otto Gone/ }).waitFor({ state: "detached" });
  expect((await shop.api.send("/v1/users/me", { token: gone.accessToken })).status).toBe(401);
  await page.getByRole("link", { name: "Security log" }).click();
  await page.getByLabel("Kind").selectOption("user-deleted");
  await page
    .getByRole("row", { name: /Account erased/ })
    .first()
    .waitFor();
  expect(await page.getByRole("row", { name: /Signed in/ }).count()).toBe(0);
};

const rightsGoneAndOffline = async ({ admin, openConsole }: ConsoleWindow): Promise<void> => {
  const { page } = await openConsole(admin, "/stock");
  await page.getByRole("table").waitFor();
  await page.route("**/v1/stock?*", (route) =>
    route.fulfill({ status: 403, json: { code: "FORBIDDEN", title: "Forbidden" } }),
  );
  await page.reload();
  await page.getByRole("alert").getByText("You may not see this page").waitFor();
  expect(await page.getByRole("table").count()).toBe(0);
  await page.context().setOffline(true);
  await page.getByText("You are offline.").waitFor();
  await page.getByRole("status").getByText("Not live").waitFor();
  await page.getByRole("link", { name: "Deliveries" }).click();
  await page.getByRole("heading", { name: "No connection" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("table").waitFor();
};

const roleGiven = async ({
  kiosk,
  shop,
  admin,
  openConsole,
  giveFreshCode,
}: ConsoleWindow): Promise<void> => {
  const stranger = await kiosk.open();
  await stranger.page.goto(`${kiosk.url}/admin/stock`);
  await stranger.page.getByLabel("Your phone number").waitFor();
  expect(await stranger.page.getByRole("table").count()).toBe(0);

  const nora = await shop.customer("Nora Console", "+12025550172");
  const customer = await openConsole(nora, "/stock");
  await customer.page.getByText("You may not see this page").waitFor();
  expect(await pageFrame(customer.page)).toEqual({ language: "en", hasTitle: true, mains: 1, headings: 1 });
  expect(await customer.page.getByRole("table").count()).toBe(0);

  const { page } = await openConsole(admin, "/customers");
  const after = await shop.sandbox.lastMessageId(admin.personId);
  await page.getByLabel("Role of Nora Console").selectOption("staff");
  await giveFreshCode(page, after);
  await page.getByText("Nora Console: Staff.").waitFor();

  const staff = await shop.customer("Nora Console", "+12025550172");
  const hers = await openConsole(staff, "/customers");
  await hers.page.getByText("Only admins see this page.").waitFor();
  expect(await hers.page.getByRole("link", { name: "Customers" }).count()).toBe(0);
  await hers.page.getByRole("link", { name: "Stock" }).click();
  await hers.page.getByRole("table").waitFor();
};

/** Who may do what in the console. */
export const testPeople = (theConsole: () => ConsoleWindow): void => {
  test("whoever is erased has been asked for by name, and the security log says so", () =>
    erased(theConsole()));
  test("whose rights have gone meanwhile is told so, and offline it says so", () =>
    rightsGoneAndOffline(theConsole()));
  test("a role is given with a fresh code, and who has none sees nothing", () => roleGiven(theConsole()));
};
