import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { waitFor } from "../shared/testing/wait-for.ts";
import { botModes, type ChatShop, openChatShop } from "./chat/chat-shop.ts";
import { accountJourney, endOfAccount, shoppingJourney } from "./chat/customer-journey.ts";
import { merchantJourney } from "./chat/merchant-journey.ts";
import type { PersonInChat } from "./chat/person-in-chat.ts";
import { expectAsRecorded } from "./chat/recorded.ts";
import { teamJourney } from "./chat/team-journey.ts";

setDefaultTimeout(120_000);

for (const mode of botModes)
  describe(`bot-20: the bot ${mode}`, () => {
    let shop: ChatShop;
    beforeAll(async () => {
      shop = await openChatShop(mode);
    });
    afterAll(() => shop?.close());

    test("bot-20: its updates come the way that was chosen", async () => {
      const own = `${shop.url}/telegram/webhook/`;
      if (mode !== "webhook over HTTP") expect(await shop.webhookUrl()).toBe("");
      // It is set after the start, beside everything else.
      else await waitFor(async () => (await shop.webhookUrl()).startsWith(own), { what: "the webhook" });
    });

    /** Whatever way its calls and updates go, the bot says the same. */
    const expectTalk = async (name: string, { personId }: PersonInChat) => {
      const transcript = await shop.transcript(personId);
      expect(transcript).not.toContain("did not work");
      await expectAsRecorded(name, transcript);
    };

    // First: what it records of the day and of low stock is of a shop in which nobody has bought yet.
    test("bot-20: a merchant restocks, undoes and counts, and the ledger shows it", async () => {
      await expectTalk("merchant", await merchantJourney(shop));
    });

    test("bot-20: a customer orders, cancels and orders again", async () => {
      await expectTalk("customer", await shoppingJourney(shop));
    });

    test("bot-10: the staff claim, pack and ship in a group; of two who press at once one acts", async () => {
      const { personId } = await teamJourney(shop);
      expect(await shop.transcript(personId)).not.toContain("did not work");
    });

    // A person of their own: nobody taps as fast as a test for as long, and the bot drops what does.
    test("bot-20: a customer chooses a language, signs out everywhere and ends the account", async () => {
      const omar = await accountJourney(shop);
      await expectTalk("account", omar);
      await endOfAccount(omar);
    });
  });
