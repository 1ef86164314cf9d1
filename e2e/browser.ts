import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { reportSuite } from "../shared/testing/suite-report.ts";
import { startKiosk } from "../tools/kiosk-process.ts";
import { buildPages } from "../tools/pages/build-pages.ts";

/** Where Debian and its kin put Chromium: without windows, which needs a third less of the processor, and with them. */
const CHROMIUM_PLACES = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];
/** CHROMIUM_PATH names another place. */
const CHROMIUM_PATH = process.env.CHROMIUM_PATH ?? CHROMIUM_PLACES.find((place) => existsSync(place)) ?? "";
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Longest wait for one thing to appear in a page. */
const PAGE_TIMEOUT_MS = 20_000;

/** Whether there is a browser to test with; where not, says that these tests are skipped and why. */
export const hasChromium = (title: string): boolean => {
  if (existsSync(CHROMIUM_PATH)) return true;
  reportSuite({
    outcome: "skipped",
    title,
    reason: "Chromium is not installed (apt-get install chromium-headless-shell)",
  });
  return false;
};

/** A page under test, with all that went wrong in it: errors and warnings of the console, scripts that failed, policy violations. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Every request of a page that goes anywhere else, from now on. */
export const foreignRequests = (page: Page, origin: string): readonly string[] => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) foreign.push(url);
  });
  return foreign;
};

/** A Kiosk of its own in a temporary folder, and a browser in front of it. `close` removes both. */
export const openKioskInBrowser = async () => {
  await buildPages();
  const dataDir = mkdtempSync(join(tmpdir(), "kiosk-pages-"));
  // PostgreSQL refuses to run as root: its own user must be able to reach the folder, or the data goes elsewhere.
  chmodSync(dataDir, 0o755);
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true });
  const kiosk = await startKiosk({ env: { PORT: "0", DATA_DIR: dataDir } }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const stopKiosk = async () => {
    await kiosk.stop();
    removeFolder();
  };
  const browser = await launch().catch(async (error: unknown) => {
    await stopKiosk();
    throw error;
  });
  return {
    url: kiosk.url,
    /** Where it keeps what it has made for itself, the sandbox's token among it. */
    dataDir,
    open: (options: BrowserContextOptions = {}) => openPage(browser, options),
    async close(): Promise<void> {
      await browser.close();
      await stopKiosk();
    },
  };
};

export type KioskInBrowser = Awaited<ReturnType<typeof openKioskInBrowser>>;

const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM_PATH, headless: true, args: CHROMIUM_ARGS });

const openPage = async (browser: Browser, options: BrowserContextOptions): Promise<WatchedPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(PAGE_TIMEOUT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`script failed: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      problems.push(`console ${message.type()}: ${message.text()} ${message.location().url}`);
  });
  await page.exposeFunction("reportViolation", (what: string) => problems.push(`policy violated: ${what}`));
  await page.addInitScript(() => {
    const { reportViolation } = window as unknown as { reportViolation: (what: string) => void };
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      reportViolation(`${violatedDirective} ${blockedURI}`),
    );
  });
  return { page, problems };
};
