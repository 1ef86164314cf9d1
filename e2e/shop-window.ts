import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Frame, Page } from "playwright-core";
import { z } from "zod";
import { SANDBOX_ADMIN_PHONE } from "../boot/sandbox-admin.ts";
import { readKeptSecrets } from "../boot/secrets.ts";
import { createApiClient, expecting } from "../tools/client/api-client.ts";
import { patient } from "../tools/client/patient.ts";
import { createSandboxClient } from "../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../tools/client/sign-in.ts";
import type { KioskInBrowser } from "./browser.ts";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const codeIn = /\b\d{6}\b/;
const anything = z.unknown();
const orderSchema = z.object({ id: z.string(), number: z.string() });
const userSchema = z.looseObject({ id: z.string() });

/** The shop's people and stock, for tests that look at it through a browser. */
export const openShopWindow = async (kiosk: KioskInBrowser) => {
  const api = createApiClient(kiosk.url);
  const sandbox = createSandboxClient(api, readKeptSecrets(kiosk.dataDir).SANDBOX_TOKEN ?? "");
  const merchant = await signIn(api, sandbox, { firstName: "Merle", phone: SANDBOX_ADMIN_PHONE });
  // A machine that is busy says "not now": that is no answer to what is tested here.
  const expectAnswer = expecting(patient(api));
  const asMerchant = (method: "POST" | "PUT" | "PATCH", path: string, body: unknown) =>
    expectAnswer([200, 201], anything, path, { method, body, token: merchant.accessToken });
  return {
    api,
    /** As `api.expect`, and again while the shop says "not now". */
    expectAnswer,
    sandbox,
    asMerchant,
    /** A product of its own for a test, so many of which there are. */
    async sell(sku: string, name: string, onHand: number): Promise<void> {
      const price = { amountMinor: 1_200, currency: "USD" };
      await asMerchant("POST", "/v1/products", {
        sku,
        name,
        price,
        status: "active",
        attributes: { colour: "blue" },
      });
      await asMerchant("PUT", `/v1/stock/${sku}`, { onHand, lowStockThreshold: 1, reason: "count" });
    },
    /** Somebody who is signed in outside of the browser. */
    customer: (firstName: string, phone: string) => signIn(api, sandbox, { firstName, phone }),
    /** A page of somebody who has signed in before. */
    async openAs(who: SignedIn, options: BrowserContextOptions = {}) {
      const { accessToken, refreshToken, expiresAtMs } = who;
      const { body: user } = await expectAnswer(200, userSchema, "/v1/users/me", { token: accessToken });
      const watched = await kiosk.open(options);
      const session = JSON.stringify({ accessToken, refreshToken, expiresAtMs, user });
      await watched.page.addInitScript((kept) => localStorage.setItem("kiosk.session", kept), session);
      return watched;
    },
    /** An order that is placed outside of the browser. */
    async orderOf(token: string, sku: string, quantity = 1) {
      const body = { lines: [{ sku, quantity }] };
      const headers = { "idempotency-key": crypto.randomUUID() };
      const call = { method: "POST", body, token, headers } as const;
      return (await expectAnswer([201, 202], orderSchema, "/v1/orders", call)).body;
    },
    /** Signs in within a page that asks for the phone, as a person does who looks into their chat. */
    async signInPage(page: Page, firstName: string, phone: string): Promise<void> {
      const personId = await sandbox.person(firstName, phone);
      const after = await sandbox.lastMessageId(personId);
      await page.getByLabel("Your phone number").fill(phone);
      await page.getByRole("button", { name: "Send me a code" }).click();
      const link = page.getByRole("link", { name: "Open the bot" });
      const payload = new URL((await link.getAttribute("href")) ?? "").searchParams.get("start") ?? "";
      await sandbox.start(personId, payload);
      const first = await sandbox.waitForMessage(personId, after, ({ from }) => from === "bot", "an answer");
      if (!codeIn.test(first.text)) await sandbox.shareContact(personId);
      const brought = await sandbox.waitForMessage(
        personId,
        after,
        ({ text }) => codeIn.test(text),
        "a code",
      );
      await page.getByLabel("Code", { exact: true }).fill(codeIn.exec(brought.text)?.[0] ?? "");
      await page.getByRole("button", { name: "Account", exact: true }).waitFor();
    },
  };
};

export type ShopWindow = Awaited<ReturnType<typeof openShopWindow>>;

/** What axe-core finds of WCAG 2.2 A and AA in a page, or a frame of one, as it is shown now: rule and place. Not `page` itself has to allow its script: the context does (bypassCSP). */
export const axeFindings = async (page: Page | Frame): Promise<string[]> => {
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    // What fades in has other colours on its way. What moves for ever is as it will be.
    const moving = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(moving.map(({ finished }) => finished));
    const { axe } = window as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
        }>;
      };
    };
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`),
    );
  }, WCAG);
};
