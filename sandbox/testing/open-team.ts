import { type OpenSandbox, openSandbox, resultOf, type Way } from "./open-sandbox.ts";

/** A group of an owner and a member, with the bot in it. */
export async function openTeam(options: Record<string, unknown> = {}, way: Way = "client.fetch") {
  const opened: OpenSandbox = await openSandbox(way);
  const owner = await opened.person({ firstName: "Olga" });
  const member = await opened.person({ firstName: "Max", username: "max_m" });
  const group = await opened.group([owner, member], options);
  const say = (personId: number, text: string, rest = {}) =>
    opened.control("POST", `/groups/${group}/messages`, { personId, text, ...rest });
  const texts = async () =>
    (await opened.updates()).map(({ message }) => (message as { text?: string } | undefined)?.text);
  const send = async (text: string, rest = {}) =>
    resultOf(await opened.api("sendMessage", { chat_id: group, text, ...rest }));
  return { ...opened, owner, member, group, say, texts, send };
}
