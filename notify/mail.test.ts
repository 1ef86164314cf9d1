import { expect, setDefaultTimeout, test } from "bun:test";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { nothing, openMail, PREFERENCES } from "./testing/open-mail.ts";
import { orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openMail);

test("an order is mailed once a status, with its lines, and lines that change are not mailed", async () => {
  const { turnOn, ada, confirmed, changed, linesChanged, landed, copies } = await open();
  await turnOn();
  const order = orderOf(ada, { number: "K-7" });
  await confirmed(order, "pending");
  await linesChanged({ ...order, version: 3 }, "confirmed");
  await changed({ ...order, status: "packed", version: 4 }, "confirmed");
  await changed({ ...order, status: "shipped", version: 5 }, "packed");
  const confirmation = await landed(/K-7 is confirmed/);
  expect(confirmation.text).toContain("2 × Mug <blue> & white");
  expect(confirmation.html).toContain("2 × Mug &lt;blue&gt; &amp; white");
  expect(confirmation.html).not.toContain("<blue>");
  await landed(/K-7 is on its way/);
  const items = await copies();
  expect(items.map(({ template, state }) => [template, state])).toEqual([
    ["order-card", expect.any(String)],
    ["order-card", expect.any(String)],
  ]);
});

test("in Arabic it is written from right to left", async () => {
  const { turnOn, ada, ask, confirmed, landed } = await open();
  await turnOn();
  await ask("PUT", PREFERENCES, { ...nothing, language: "ar" });
  await confirmed(orderOf(ada, { number: "K-8" }), "pending");
  const { html } = await landed(/K-8/);
  expect(html).toContain('<html lang="ar" dir="rtl">');
  expect(html).toContain("تم التأكيد");
});

test("advertising is mailed to who wants both, and ends by one call that a mail program makes, never by a look", async () => {
  const { turnOn, ask, advertise, landed, call, copies } = await open();
  await turnOn();
  await advertise();
  expect(await copies()).toHaveLength(0);
  await ask("PUT", PREFERENCES, { ...nothing, categories: { marketing: true } });
  await advertise();
  const { headers, html, text } = await landed(/News of the shop/);
  expect(headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
  const url = /<(.+)>/.exec(headers["List-Unsubscribe"] ?? "")?.[1] ?? "";
  expect([html.includes(url), text.includes(url), html.includes("&lt;tea&gt;")]).toEqual([true, true, true]);
  const { pathname } = new URL(url);
  const page = await call("GET", pathname);
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await page.text()).toContain('<form method="post">');
  const marketing = async () => (await ask("GET", PREFERENCES)).body.categories.marketing;
  expect(await marketing()).toBe(true);
  const oneClick = {
    body: "List-Unsubscribe=One-Click",
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
  for (const forged of [`${pathname.slice(0, -1)}A`, `${pathname}B`, "/v1/notifications/unsubscribe/x"])
    if (forged !== pathname) expect((await call("POST", forged, oneClick)).status).toBe(404);
  expect(await marketing()).toBe(true);
  expect((await call("POST", pathname, oneClick)).status).toBe(200);
  expect(await marketing()).toBe(false);
  expect((await call("POST", pathname, oneClick)).status).toBe(200);
});
