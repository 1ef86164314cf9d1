import { expect, test } from "bun:test";
import { sharedTexts } from "../../web/shared/texts.ts";
import { en } from "../../web/shop/texts/en.ts";
import { failuresIn, type Storefront } from "./storefront.ts";

const endedElsewhere = async ({ kiosk, shop }: Storefront): Promise<void> => {
  const { page } = await kiosk.open();
  await page.goto(`${kiosk.url}/sign-in?to=/profile`);
  await shop.signInPage(page, "Rosa", "+12025550175");
  const other = await kiosk.open();
  await other.page.goto(`${kiosk.url}/sign-in?to=/orders`);
  await shop.signInPage(other.page, "Rosa", "+12025550175");
  await other.page.getByText("No orders yet").waitFor();
  await page.reload();
  await page
    .getByRole("button", { name: /^Sign out there/ })
    .first()
    .click();
  await page.getByRole("button", { name: /^Sign out there/ }).waitFor({ state: "detached" });
  await other.page.getByText("Sign in to see your orders.").waitFor();

  await page.getByLabel("Name", { exact: true }).fill("Rosa Winter");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await page.getByRole("switch", { name: "Offers", exact: true }).check({ force: true });
  await page.reload();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Rosa Winter");
  await page.getByRole("switch", { name: "Offers", exact: true, checked: true }).waitFor();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.getByRole("button", { name: "Delete it for good" }).click();
  await page.getByText("Your account is deleted. Goodbye!").waitFor();
};

const byProvider = async ({ kiosk }: Storefront): Promise<void> => {
  const { page, problems } = await kiosk.open();
  const button = page.getByRole("link", { name: "Log in with Telegram" });
  await page.goto(`${kiosk.url}/sign-in?to=/orders`);
  await button.click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("alert").getByText(sharedTexts.en.signIn.failures.denied).waitFor();
  await button.click();
  await page.getByLabel(/Somebody else/).check();
  await page.getByLabel("First name").fill("Tilda");
  await page.getByLabel("Phone", { exact: true }).fill("+1 202 555 0181");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText(en.order.noneTitle).waitFor();
  expect(page.url()).toBe(`${kiosk.url}/orders`);
  await page.goto(`${kiosk.url}/profile`);
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Tilda");
  expect(failuresIn(problems)).toEqual([]);
};

const mail = async ({ kiosk, shop }: Storefront): Promise<void> => {
  const { page, problems } = await shop.openAs(await shop.customer("Ida", "+12025550182"));
  let state = "off";
  // Only how mail stands is played: whether this shop sends any is its operator's affair.
  await page.route("**/v1/notifications/preferences", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...((await answer.json()) as object), email: state } });
  });
  const play = (next: string) => {
    state = next;
    return { status: 200, json: { state: next, codeExpiresAt: null } };
  };
  await page.route("**/v1/notifications/email", (route) => route.fulfill(play("unconfirmed")));
  await page.route("**/v1/notifications/email/confirm", (route) => route.fulfill(play("confirmed")));
  await page.goto(`${kiosk.url}/profile`);
  await page.getByText(en.profile.mailNoAddress).waitFor();
  await page.getByLabel(en.profile.email).fill("ida@mail.example");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Send mail to ida@mail.example" }).click();
  await page.getByLabel(en.profile.mailCode).fill("12345");
  await page.getByRole("button", { name: en.profile.mailConfirm }).click();
  await page.getByText(en.profile.mailCodeWrong).waitFor();
  await page.getByLabel(en.profile.mailCode).fill("123456");
  await page.getByRole("button", { name: en.profile.mailConfirm }).click();
  await page.getByText("Mail goes to ida@mail.example.").waitFor();
  expect(failuresIn(problems)).toEqual([]);
};

/** Who one is: signing in, sessions, what is kept of a person. */
export const testAccount = (front: () => Storefront): void => {
  test("a session is ended from another device, and the page there notices", () => endedElsewhere(front()));
  test("whoever logs in with Telegram comes back to where they were; a no is said to be one", () =>
    byProvider(front()));
  test("mail is switched on by a code that came by mail", () => mail(front()));
};
