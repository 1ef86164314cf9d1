import { expect, test } from "bun:test";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { consolePages } from "../../web/console/navigation.ts";
import { focused, namelessControls, tabTo } from "../accessibility.ts";
import { axeFindings } from "../shop-window.ts";
import type { ConsoleWindow } from "./console-window.ts";

const byKeyboard = async ({ shop, admin, openConsole }: ConsoleWindow): Promise<void> => {
  await shop.sell("CO-KEYS", "Console keys", 9);
  const { page } = await openConsole(admin, "");
  await page.getByRole("heading", { level: 1, name: "Dashboard" }).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog", { name: "Keys" }).waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await page.getByRole("heading", { level: 1, name: "Stock" }).waitFor();
  await waitFor(async () => (await focused(page)) === "Stock", { what: "the focus on the heading" });
  await page.keyboard.press("/");
  await page.keyboard.type("CO-KEYS");
  const table = page.getByRole("table");
  await waitFor(async () => (await table.getByRole("row").count()) === 2, {
    what: "what was searched for",
  });
  await tabTo(page, "+1 CO-KEYS");
  await page.keyboard.press("Enter");
  await page.getByTestId("available-CO-KEYS").getByText("10", { exact: true }).waitFor();
};

const inArabic = async ({ admin, openConsole }: ConsoleWindow): Promise<void> => {
  const { page } = await openConsole(admin, "/orders");
  await page.getByLabel("Language").selectOption("ar");
  await page.getByRole("heading", { level: 1, name: "الطلبات" }).waitFor();
  expect(await page.locator("html").getAttribute("dir")).toBe("rtl");
};

interface Look {
  readonly colorScheme: "light" | "dark";
  readonly language: "en" | "ar";
  /** What it says in that language while it reads, and where there is no page. */
  readonly loading: string;
  readonly nowhere: string;
}

const accessible = async ({ kiosk, admin, openConsole }: ConsoleWindow, look: Look): Promise<void> => {
  const { colorScheme, language, loading, nowhere } = look;
  const options = { colorScheme, locale: language, bypassCSP: true } as const;
  const { page, problems, elsewhere } = await openConsole(admin, "/nowhere", options);
  await page.getByRole("heading", { name: nowhere }).waitFor();
  for (const { path } of consolePages) {
    await page.goto(`${kiosk.url}/admin${path === "/" ? "" : path}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect([path, await page.getByText(nowhere).count()]).toEqual([path, 0]);
    await waitFor(async () => (await page.getByRole("status", { name: loading }).count()) === 0, {
      what: `${path} to be read`,
    });
    expect([path, await axeFindings(page)]).toEqual([path, []]);
    expect([path, await namelessControls(page)]).toEqual([path, []]);
  }
  expect(await page.locator("html").getAttribute("lang")).toBe(language);
  // Whoever is erased has no name any more: the security log asks in vain.
  const unwanted = problems.filter((problem) => !/404 .*\/v1\/users\//.test(problem));
  expect([unwanted, elsewhere]).toEqual([[], []]);
};

/** What holds for the console as a whole. */
export const testEveryConsolePage = (theConsole: () => ConsoleWindow): void => {
  test("by keyboard alone: pages, search and the keys' own list", () => byKeyboard(theConsole()));
  // Contrast depends on colours, names and sides on the language: these two see every page in both colours and in both languages.
  for (const look of [
    { colorScheme: "light", language: "en", loading: "Loading", nowhere: "There is no such page" },
    { colorScheme: "dark", language: "ar", loading: "جارٍ التحميل", nowhere: "لا توجد صفحة كهذه" },
  ] as const)
    test(`every page is accessible in ${look.colorScheme} and in ${look.language}, and asks nobody else for anything`, () =>
      accessible(theConsole(), look));
  test("in Arabic the console reads from right to left", () => inArabic(theConsole()));
};
