import { expect } from "bun:test";
import { z } from "zod";
import { waitFor } from "../../shared/testing/wait-for.ts";
import type { ChatMessage } from "../../tools/client/sandbox-client.ts";
import { type SignedIn, signIn } from "../../tools/client/sign-in.ts";
import { stepUp } from "../../tools/client/step-up.ts";
import type { ChatShop } from "./chat-shop.ts";
import { type PersonInChat, personInChat } from "./person-in-chat.ts";

/** Longest wait for what the bot says, and how often it is asked for: each time is a request that reads a list. */
const LOOKING = { timeoutMs: 20_000, everyMs: 50 } as const;
/** Orders on which two press different buttons at once. */
const RACES = 4;

const orderSchema = z.object({ id: z.string(), number: z.string(), status: z.string(), version: z.int() });
const productsSchema = z.object({ items: z.array(z.object({ sku: z.string() })) });
const timelineSchema = z.object({ items: z.array(z.object({ what: z.string() })) });

/** Two of the staff, and the admin who has made them so. */
const hire = async ({ api, sandbox, adminPhone }: ChatShop) => {
  const boss = await signIn(api, sandbox, { firstName: "Mona", phone: adminPhone });
  const { accessToken: token } = await stepUp(api, sandbox, boss, "users.manage");
  const people: SignedIn[] = [];
  for (const [firstName, phone] of [
    ["Ann", "+15550360001"],
    ["Bob", "+15550360002"],
  ] as const) {
    const person = await signIn(api, sandbox, { firstName, phone });
    const body = { role: "staff" };
    await api.expect(200, z.unknown(), `/v1/users/${person.userId}`, { method: "PATCH", token, body });
    people.push(person);
  }
  const [ann, bob] = people;
  if (ann === undefined || bob === undefined) throw new Error("nobody was hired");
  return { boss, ann: { ...ann, firstName: "Ann" }, bob: { ...bob, firstName: "Bob" } };
};
type Hand = SignedIn & { readonly firstName: string };

/** What is seen and done in a group. */
const groupChat = ({ sandbox }: ChatShop, groupId: number) => {
  const sees = (pattern: RegExp, label?: string): Promise<ChatMessage> =>
    waitFor(
      async () =>
        (await sandbox.messagesInGroup(groupId)).findLast(
          ({ text, from, buttons }) =>
            from === "bot" &&
            pattern.test(text) &&
            (label === undefined || buttons.flat().some((one) => one.label === label)),
        ),
      { ...LOOKING, what: `a message like ${pattern} with ${label} in the group` },
    );
  /** Taps, and answers what its answer said. */
  const tap = async (who: SignedIn, { messageId }: ChatMessage, label: string): Promise<string> => {
    const id = await sandbox.tapInGroup(groupId, who.personId, messageId, label);
    const answer = async () => {
      const said = await sandbox.answerTo(id);
      return said === null ? null : { said };
    };
    return (await waitFor(answer, { ...LOOKING, what: `the answer to ${label}` })).said;
  };
  return {
    ...{ sees, tap },
    say: (who: SignedIn, text: string, replyTo?: number) =>
      sandbox.sayInGroup(groupId, who.personId, text, replyTo),
    /** Taps, and answers what was said to it: at once, or in a message that names who it is for, where the shop took longer than a tap may. */
    async told(who: Hand, card: ChatMessage, label: string): Promise<string> {
      const before = (await sandbox.messagesInGroup(groupId)).at(-1)?.messageId ?? 0;
      const said = await tap(who, card, label);
      if (said !== "") return said;
      const name = `${who.firstName}: `;
      const late = async () =>
        (await sandbox.messagesInGroup(groupId)).find(
          ({ messageId, from, text }) => messageId > before && from === "bot" && text.startsWith(name),
        );
      const { text } = await waitFor(late, { ...LOOKING, what: `the late answer to ${label}` });
      return text.slice(name.length);
    },
  };
};

/** A customer, and enough of what they buy. */
const buyerIn = async ({ api, sandbox }: ChatShop, { accessToken }: SignedIn) => {
  const nora = await signIn(api, sandbox, { firstName: "Nora", phone: "+15550360003" });
  const { body } = await api.expect(200, productsSchema, "/v1/products?inStock=true&limit=1");
  const sku = body.items[0]?.sku ?? "";
  const enough = { method: "PUT", token: accessToken, body: { onHand: 50 } } as const;
  await api.expect(200, z.unknown(), `/v1/stock/${sku}`, enough);
  const own = { token: nora.accessToken };
  return {
    ...nora,
    order: async () =>
      (
        await api.expect(201, orderSchema, "/v1/orders", {
          ...{ ...own, method: "POST" },
          body: { lines: [{ sku, quantity: 1 }] },
        })
      ).body,
    read: async (id: string) => (await api.expect(200, orderSchema, `/v1/orders/${id}`, own)).body,
    deeds: async (id: string) =>
      (await api.expect(200, timelineSchema, `/v1/orders/${id}/timeline`, own)).body.items
        .map(({ what }) => what)
        .filter((what) => what === "packed" || what === "claimed"),
  };
};

type Team = Awaited<ReturnType<typeof hire>>;
type Group = ReturnType<typeof groupChat>;
type Buyer = Awaited<ReturnType<typeof buyerIn>>;

/** The card of an order that was just placed, opened below its alert; of several at once the alert is one message. */
const openCard = async (group: Group, { ann }: Team, number: string): Promise<ChatMessage> => {
  const alert = await group.sees(new RegExp(`${number}`));
  const labels = alert.buttons.flat().map(({ label }) => label);
  await group.tap(ann, alert, labels.find((label) => label === `Open ${number}`) ?? "Open");
  return group.sees(new RegExp(`^🧾 Order ${number}\n✅`));
};

/** Two press different buttons of one card at once: one acts, and the other is told who did what. */
const race = async (group: Group, team: Team, buyer: Buyer, round: number): Promise<void> => {
  const { id, number, version } = await buyer.order();
  const card = await openCard(group, team, number);
  const people = round % 2 === 0 ? [team.ann, team.bob] : [team.bob, team.ann];
  const names = round % 2 === 0 ? ["Ann", "Bob"] : ["Bob", "Ann"];
  const [packer, claimer] = people;
  if (packer === undefined || claimer === undefined) throw new Error("nobody is there");
  const said = await Promise.all([group.told(packer, card, "Packed"), group.told(claimer, card, "Claim")]);
  const isPacked = said[0] === "Packed.";
  const told = isPacked ? said[1] : said[0];
  expect(isPacked || said[1] === "It is yours.").toBe(true);
  expect(told).toBe(
    isPacked
      ? `${names[0]} packed it before you. Here is how it stands now.`
      : `${names[1]} claimed it before you. Here is how it stands now.`,
  );
  expect(await buyer.deeds(id)).toEqual([isPacked ? "packed" : "claimed"]);
  expect((await buyer.read(id)).version).toBe(version + 1);
  await group.sees(new RegExp(`^🧾 Order ${number}\n${isPacked ? "📦" : "✅[^\n]*\n👤"}`));
};

/** An order is claimed, packed and shipped in a group, its buyer's card goes along; then two press different buttons of a card at once. */
export const teamJourney = async (shop: ChatShop): Promise<PersonInChat> => {
  const team = await hire(shop);
  const { boss, ann, bob } = team;
  const ids = [boss, ann, bob].map(({ personId }) => personId);
  const group = groupChat(shop, await shop.sandbox.group("The shop", ids));
  await group.say(ann, "/admin here");
  await group.sees(/Only an admin of the shop/);
  await group.say(boss, "/admin here");
  await group.sees(/Alerts of the shop come here/);

  const buyer = await buyerIn(shop, boss);
  const nora = personInChat(shop, buyer.personId);
  const { number } = await buyer.order();
  const card = await openCard(group, team, number);
  expect(await group.told(ann, card, "Claim")).toBe("It is yours.");
  await group.sees(new RegExp(`${number}\n[^\n]*\n👤 Claimed by Ann`), "Give back");
  expect(await group.told(bob, card, "Give back")).toBe("Ann has this order.");
  expect(await group.told(ann, card, "Packed")).toBe("Packed.");
  await nora.sees(new RegExp(`^Order ${number}\n📦`));
  await group.sees(new RegExp(`${number}\n📦`), "Ship…");
  await group.tap(ann, card, "Ship…");
  await group.sees(new RegExp(`${number}`), "Type a tracking number");
  await group.tap(ann, card, "Type a tracking number");
  const asked = await group.sees(/answer this message with the tracking number/);
  await group.say(ann, "DHL 00340434", asked.messageId);
  await group.sees(new RegExp(`${number}\n🚚(?:.|\n)*Shipment: DHL 00340434`), "Delivered");
  const bought = await nora.sees(new RegExp(`^Order ${number}\n🚚(?:.|\n)*Shipment: DHL 00340434`));
  expect((await nora.fromBot()).filter(({ text }) => text.startsWith(`Order ${number}`))).toEqual([bought]);

  for (let round = 0; round < RACES; round += 1) await race(group, team, buyer, round);
  return personInChat(shop, ann.personId);
};
