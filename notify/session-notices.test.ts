import { describe, expect, test } from "bun:test";
import type { EventData } from "../shared/contracts/events.ts";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { envelopeOf, openNotify } from "./testing/open-notify.ts";

const open = closedAfterEach(openNotify);

const endOf = (userId: string, facts: Partial<EventData<"session.revoked">> = {}) => {
  const sid = newId();
  const forgetAfter = new Date(Date.now() + 900_000).toISOString();
  return envelopeOf("session.revoked", sid, { sid, userId, reason: "reuse", forgetAfter, ...facts });
};

describe("a session that ends because its refresh token may have been stolen", () => {
  const languages = [
    ["en", "Firefox on Linux", /signed out of Firefox on Linux/],
    ["ar", "Firefox on Linux", /سُجّل خروجك من \u2068Firefox on Linux\u2069/],
    ["en", undefined, /You were signed out to be safe/],
    ["ar", undefined, /سُجّل خروجك حفاظاً/],
  ] as const;
  for (const [language, device, text] of languages)
    test(`is told to its owner once (${language}, ${device ?? "a device that is not known"})`, async () => {
      const notify = await open();
      const person = await notify.people.started({ language });
      const user = userSnapshot({ telegramUserId: person.id, language });
      await notify.publish(envelopeOf("user.created", user.id, { user }));
      const event = endOf(user.id, device === undefined ? {} : { device });
      await notify.publish(event);
      await notify.publish(event);
      await notify.people.hears(person.id, text);
      const told = notify.people.fromBot(person.id).filter(({ text: said }) => text.test(said));
      expect(told).toHaveLength(1);
      const list = await notify.call("GET", "/v1/notifications", { as: `customer.${user.id}` });
      const { items } = (await list.json()) as { items: unknown[] };
      expect(items).toMatchObject([
        { template: "session-stolen", subject: event.subject, class: "transactional" },
      ]);
    });

  test("is the only end of a session that is told: the others were asked for", async () => {
    const notify = await open();
    const person = await notify.people.started();
    const user = userSnapshot({ telegramUserId: person.id });
    await notify.publish(envelopeOf("user.created", user.id, { user }));
    for (const reason of ["logout", "logout-all", "admin", "blocked", "deleted"] as const)
      await notify.publish(endOf(user.id, { reason }));
    await notify.publish(endOf(user.id));
    await notify.people.hears(person.id, /signed out/);
    await waitFor(() => notify.people.fromBot(person.id).length === 2, {
      what: "the greeting and the notice",
    });
  });
});
