import { expect, test } from "bun:test";
import { z } from "zod";
import { namelessControls, tabTo } from "../accessibility.ts";
import { type Bench, createPerson } from "./bench.ts";

const sentSchema = z.object({ result: z.object({ message_id: z.int() }) });
const HOSTILE =
  "<p id='said'>Nothing ran</p><script>parent.document.title = 'taken'; said.textContent = 'ran'</script><img src='x' onerror=\"said.textContent = 'ran'\">";

const groupOfThree = async ({ openPage, url, bot }: Bench): Promise<void> => {
  const { page, problems } = await openPage();
  await page.goto(`${url()}/sandbox/chat`);
  await createPerson(page, "Farah", "+12025550165");
  await page.getByText("you are Farah").waitFor();
  await createPerson(page, "فرح", "+12025550166");
  await page.getByText("you are فرح").waitFor();
  await page.getByRole("button", { name: "Start", exact: true }).click();

  await page.getByText("New group").click();
  await page.getByLabel("Title").fill("Warehouse");
  await tabTo(page, "Farah");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Warehouse" }).waitFor();
  await page.getByText("3 members, you are فرح").waitFor();
  await page.getByText("Kiosk joined the group").waitFor();
  expect(await namelessControls(page)).toEqual([]);

  const hello = "مرحبا بالجميع";
  await page.getByLabel("Message", { exact: true }).fill(hello);
  await page.keyboard.press("Enter");
  const said = page.getByRole("log").getByText(hello);
  await said.waitFor();
  expect(await said.evaluate((node) => getComputedStyle(node).direction)).toBe("rtl");

  const groups = await page.evaluate(async () => {
    const { token } = await (await fetch("/sandbox/page/bootstrap.json")).json();
    const answer = await fetch("/sandbox/api/groups", { headers: { "x-sandbox-token": token } });
    return (await answer.json()).items as { id: number; title: string }[];
  });
  const chat_id = groups.find(({ title }) => title === "Warehouse")?.id;
  const sent = sentSchema.parse(await bot("sendMessage", { chat_id, text: "Order 9 is new" }));
  await page.getByRole("log").getByText("Order 9 is new").waitFor();
  await bot("editMessageText", { chat_id, message_id: sent.result.message_id, text: "Order 9 is packed" });
  await page.getByRole("log").getByText("Order 9 is packed").waitFor();

  await page.getByRole("button", { name: "Farah" }).click();
  await page.getByRole("button", { name: "Warehouse" }).click();
  await page.getByText("3 members, you are Farah").waitFor();
  await page.getByRole("listitem").filter({ hasText: hello }).filter({ hasText: "فرح" }).waitFor();
  expect(problems).toEqual([]);
};

const caughtMail = async ({ openPage, url, post }: Bench): Promise<void> => {
  const { page, problems } = await openPage();
  const mail = {
    to: "gita@example.org",
    from: "Kiosk <shop@example.org>",
    subject: "Order 7 is on its way",
  };
  await page.goto(`${url()}/sandbox/chat`);
  await page.getByRole("button", { name: "Mail" }).waitFor();
  await post("/mail", { ...mail, subject: "Plain", text: "Only text." });
  await post("/mail", {
    ...mail,
    html: "<!doctype html><html><body><p style='color: rgb(11, 110, 102)'>It left us today.</p><a href='https://shop.example/orders/7'>See it</a></body></html>",
  });
  await page.getByRole("button", { name: /^Mail \(/ }).click();
  await page.getByRole("button", { name: "Back to the chat" }).and(page.locator(":focus")).waitFor();
  await page.getByRole("button", { name: mail.subject }).waitFor();
  await tabTo(page, "Order 7 is on its way");
  await page.keyboard.press("Enter");
  const shown = page.frameLocator("iframe").getByText("It left us today.");
  await shown.waitFor();
  expect(await shown.evaluate((node) => getComputedStyle(node).color)).toBe("rgb(11, 110, 102)");
  expect(await page.frameLocator("iframe").getByRole("link").getAttribute("href")).toBe(
    "https://shop.example/orders/7",
  );
  expect(await namelessControls(page)).toEqual([]);
  expect(problems).toEqual([]);

  await post("/mail", { ...mail, subject: "Hostile", html: HOSTILE });
  await page.getByRole("button", { name: "Hostile" }).click();
  await page.frameLocator("iframe").getByText("Nothing ran").waitFor();
  expect(await page.title()).toBe("Telegram sandbox");
  await page.getByRole("button", { name: "Plain" }).click();
  await page.getByText("Only text.").waitFor();
  await page.getByRole("button", { name: "Back to the chat" }).click();
  await page.getByRole("region", { name: "Chat", exact: true }).waitFor();
};

/** What is on a phone beside the chat with the bot: groups, and the mail that was caught. */
export const testGroupsAndMail = (bench: Bench): void => {
  test("a group is made, written in and read by another person, and the bot's card changes in its place", () =>
    groupOfThree(bench));
  test("mail lands beside the chats, and its HTML is shown without its scripts and pictures from elsewhere", () =>
    caughtMail(bench));
};
