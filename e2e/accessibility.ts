import type { Page } from "playwright-core";

/** More presses of Tab than any of our pages has controls. */
const TAB_LIMIT = 60;

/** What a screen reader needs of every page: a language, a title, one main part and one first heading. */
export const pageFrame = async (page: Page) => ({
  language: await page.locator("html").getAttribute("lang"),
  hasTitle: (await page.title()).trim() !== "",
  mains: await page.getByRole("main").count(),
  headings: await page.getByRole("heading", { level: 1 }).count(),
});

/** The HTML of each visible control that has no accessible name (WCAG 2.2, 4.1.2); none on a good page. */
export const namelessControls = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      "a[href], button, input, select, textarea, summary, [role=button], [tabindex='0']",
    );
    const nameOf = (node: HTMLElement): string => {
      const labels = "labels" in node ? [...((node as HTMLInputElement).labels ?? [])] : [];
      const labelled = node.getAttribute("aria-labelledby")?.split(" ") ?? [];
      return [
        node.getAttribute("aria-label"),
        node.getAttribute("title"),
        node.getAttribute("placeholder"),
        node.textContent,
        ...labels.map(({ textContent }) => textContent),
        ...labelled.map((id) => document.getElementById(id)?.textContent),
      ].join("");
    };
    return [...controls]
      .filter((node) => node.checkVisibility() && nameOf(node).trim() === "")
      .map(({ outerHTML }) => outerHTML.slice(0, 200));
  });

/** The name of the control that has the focus. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const node = document.activeElement as HTMLInputElement | null;
    const label = node?.labels?.[0]?.textContent ?? node?.getAttribute("aria-label") ?? node?.textContent;
    return label?.trim() ?? "";
  });

/** Presses Tab (or Shift+Tab) until a control with this name has the focus. Fails with the names that were passed. */
export const tabTo = async (page: Page, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> => {
  const passed: string[] = [];
  while (passed.length < TAB_LIMIT) {
    await page.keyboard.press(key);
    const current = await focused(page);
    if (current.includes(name)) return;
    passed.push(current.slice(0, 30));
  }
  throw new Error(`"${name}" is not reached by ${key}; passed: ${passed.join(" | ")}`);
};
