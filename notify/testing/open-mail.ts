import { expect } from "bun:test";
import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { newId } from "../../shared/kernel/ids.ts";
import { canary } from "../../shared/testing/canary/canary.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { createDeliveryStore } from "../store/delivery-store.ts";
import type { OpenNotifyOptions } from "./open-notify.ts";
import { openShop } from "./open-shop.ts";

export const PREFERENCES = "/v1/notifications/preferences";
export const MAIL = "/v1/notifications/email";
/** Preferences that choose nothing. */
export const nothing = { categories: {}, quietHours: null, language: null };

/** A mail in the mailbox of the sandbox. */
interface Landed {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Record<string, string>;
}

/** A shop whose buyer has an address of mail, and the mails that have landed there. */
export const openMail = async (options: OpenNotifyOptions = {}) => {
  const { make: another, ...shop } = await openShop(options);
  const ada: UserSnapshot = { ...shop.buyer, email: "ada@example.org" };
  shop.auth.users.set(ada.id, ada);
  await shop.known(ada);
  const as = `customer.${ada.id}`;
  const mails = async (to = "ada@example.org"): Promise<Landed[]> =>
    (await shop.people.control("GET", `/mail?to=${to}`)).items as Landed[];
  const landed = (pattern: RegExp, to?: string) =>
    waitFor(async () => (await mails(to)).findLast(({ subject }) => pattern.test(subject)), {
      what: `a mail like ${pattern}`,
      timeoutMs: 20_000,
    });
  const ask = async (method: string, path: string, body?: unknown, token = as) => {
    const answer = await shop.call(method, path, { as: token, body });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  };
  const codeIn = ({ text }: Pick<Landed, "text">): string => {
    const code = /\b\d{6}\b/.exec(text)?.[0] ?? "";
    canary?.learn("code", code, [shop.database.url]);
    return code;
  };
  const turnOn = async () => {
    expect((await ask("POST", MAIL)).status).toBe(202);
    const code = codeIn(await landed(/confirm your address/));
    expect((await ask("POST", `${MAIL}/confirm`, { code })).body).toEqual({
      state: "confirmed",
      codeExpiresAt: null,
    });
  };
  const advertise = (words = "Sale: <tea> & mugs") =>
    shop.database.transaction((tx) =>
      createDeliveryStore(tx).enqueue(
        [
          {
            ...{ id: newId(), dedupeKey: newId(), class: "broadcast", userId: ada.id },
            notice: { template: "broadcast", broadcastId: newId(), texts: { en: words, ar: "تخفيضات" } },
            expiresAt: new Date(Date.now() + 86_400_000),
          },
        ],
        new Date(),
      ),
    );
  const copies = async () => (await shop.list()).filter(({ channel }) => channel === "email");
  return { ...shop, another, ada, as, mails, landed, ask, codeIn, turnOn, advertise, copies };
};
