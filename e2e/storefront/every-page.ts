import { expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { sharedTexts } from "../../web/shared/texts.ts";
import { ar } from "../../web/shop/texts/ar.ts";
import { en } from "../../web/shop/texts/en.ts";
import { foreignRequests } from "../browser.ts";
import { axeFindings } from "../shop-window.ts";
import { failuresIn, type Storefront } from "./storefront.ts";

/** Of all that the first page needs before anything is clicked, as it goes over the network. */
const FIRST_LOAD_MAX_BYTES = 200_000;

const texts = { en, ar };

interface Look {
  readonly colorScheme: "light" | "dark";
  readonly language: keyof typeof texts;
}

/** Looks at pages with axe-core, and keeps what it finds. */
const openInspection = (url: string) => {
  const found: string[] = [];
  const check = async (page: Page, path: string, until: string) => {
    await page.getByText(until).first().waitFor();
    found.push(...(await axeFindings(page)).map((finding) => `${path} ${finding}`));
  };
  const lookAt = async (page: Page, pages: readonly (readonly [path: string, until: string])[]) => {
    for (const [path, until] of pages) {
      await page.goto(`${url}${path}`);
      await check(page, path, until);
    }
  };
  return { found, check, lookAt };
};

type Inspection = ReturnType<typeof openInspection>;

/** What everybody sees. */
const inspectPublicPages = async (page: Page, { check, lookAt }: Inspection, { language }: Look) => {
  const { cart, list, notFound, order, product } = texts[language];
  const { signIn } = sharedTexts[language];
  await lookAt(page, [
    ["/", product.left(3)],
    ["/?q=zzzzqqqq", list.noneTitle],
    ["/c/kitchen", "Kitchen"],
    [`/p/SF-NONE-${language}`, product.signInToBeTold],
    ["/p/nothing-of-this-name", notFound.home],
    ["/orders", order.signedOut],
    ["/cart", cart.emptyTitle],
    ["/sign-in", signIn.byTelegram],
  ]);
  await page.getByLabel(signIn.phone).fill("+12025550176");
  await page.getByRole("button", { name: signIn.send }).click();
  await check(page, "/sign-in, its code", signIn.openBot);
};

interface Bought {
  readonly sku: string;
  readonly id: string;
}

/** What a customer sees of their own, up to the decision. */
const inspectOwnPages = async (
  page: Page,
  inspection: Inspection,
  { language }: Look,
  { sku, id }: Bought,
) => {
  const { check, lookAt } = inspection;
  const { cart, checkout, order, product, profile, waiting } = texts[language];
  const { close } = sharedTexts[language];
  await lookAt(page, [[`/p/${sku}`, product.add]]);
  await page.getByRole("button", { name: product.add }).click();
  await lookAt(page, [
    ["/cart", cart.checkout],
    ["/orders", order.status.confirmed],
    ["/waiting", waiting.noneTitle],
    [`/orders/${id}`, order.live],
  ]);
  await page.getByRole("button", { name: order.cancel }).click();
  await check(page, "cancelling", order.cancelText);
  await page.getByRole("dialog").getByRole("button", { name: close }).click();
  await lookAt(page, [["/profile", profile.sessions]]);
  await page.getByRole("button", { name: profile.erase }).click();
  await check(page, "erasing", profile.eraseText);
  await page.getByRole("dialog").getByRole("button", { name: close }).click();
  await lookAt(page, [["/checkout", checkout.line1]]);
  await page.getByLabel(checkout.line1).fill("Hafenstraße 12");
  await page.getByLabel(checkout.city).fill("Hamburg");
  await page.getByLabel(checkout.country).selectOption("DE");
  await page.getByRole("button", { name: checkout.next }).click();
  await check(page, "/checkout, its second step", checkout.confirm);
};

const accessible = async ({ kiosk, shop }: Storefront, look: Look): Promise<void> => {
  const { colorScheme, language } = look;
  const sku = `SF-AXE-${language}`;
  await shop.sell(sku, "Axe thing", 9);
  await shop.sell(`SF-NONE-${language}`, "Sold out thing", 0);
  const options = { colorScheme, locale: language, bypassCSP: true, reducedMotion: "reduce" } as const;
  const { page, problems } = await kiosk.open(options);
  const elsewhere = foreignRequests(page, kiosk.url);
  const inspection = openInspection(kiosk.url);
  await inspectPublicPages(page, inspection, look);

  const buyer = await shop.customer("Sven", "+12025550177");
  const { id } = await shop.orderOf(buyer.accessToken, sku);
  const own = await shop.openAs(buyer, options);
  await inspectOwnPages(own.page, inspection, look, { sku, id });
  expect(inspection.found).toEqual([]);
  expect(await own.page.locator("html").getAttribute("lang")).toBe(language);
  const isWanted = (problem: string) => !/\/v1\/products\/nothing-of-this-name/.test(problem);
  expect(failuresIn([...problems, ...own.problems]).filter(isWanted)).toEqual([]);
  expect(elsewhere).toEqual([]);
};

const firstLoad = async ({ kiosk }: Storefront): Promise<void> => {
  const { page, problems } = await kiosk.open();
  const elsewhere = foreignRequests(page, kiosk.url);
  await page.goto(kiosk.url);
  await page.locator(".product-card").first().waitFor();
  const { bytes, paintMs } = await page.evaluate(() => {
    const entries = [
      ...performance.getEntriesByType("navigation"),
      ...performance.getEntriesByType("resource"),
    ] as PerformanceResourceTiming[];
    const own = entries.filter(({ name }) => !/\/v1\/|\/sandbox/.test(name));
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return {
      bytes: own.reduce((sum, { transferSize }) => sum + transferSize, 0),
      paintMs: paint?.startTime ?? 0,
    };
  });
  console.info(
    `storefront: first load ${bytes} bytes compressed, first contentful paint ${Math.round(paintMs)} ms`,
  );
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_BYTES);
  expect(elsewhere).toEqual([]);
  expect(failuresIn(problems)).toEqual([]);
};

/** What holds for the pages as a whole: accessible to everybody, small, and from here alone. */
export const testEveryPage = (front: () => Storefront): void => {
  // Contrast depends on colours, names and sides on the language: these two see every page in both colours and in both languages.
  for (const look of [
    { colorScheme: "light", language: "en" },
    { colorScheme: "dark", language: "ar" },
  ] as const)
    test(`no page breaks a rule of WCAG 2.2 AA that a program can see, in ${look.colorScheme} colours and in ${look.language}`, () =>
      accessible(front(), look));
  test("what comes first is small, and comes from here", () => firstLoad(front()));
};
