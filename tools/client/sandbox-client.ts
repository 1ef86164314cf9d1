import { z } from "zod";
import type { ApiClient } from "./api-client.ts";

/** How long one long poll for a message lasts, and how often it is repeated before giving up. */
const MESSAGE_WAIT_MS = 5_000;
const MESSAGE_WAITS = 6;
const CODE = /^\d{6,8}$/;

const messageSchema = z.object({
  messageId: z.int(),
  from: z.enum(["bot", "person"]),
  text: z.string(),
  buttons: z.array(
    z.array(
      z.object({
        label: z.string(),
        data: z.string().optional(),
        url: z.string().optional(),
        copyText: z.string().optional(),
      }),
    ),
  ),
});
export type ChatMessage = z.infer<typeof messageSchema>;

/** The code that a message brings, which its button copies; null in any other message, whatever numbers stand in it. */
export const codeIn = ({ buttons }: Pick<ChatMessage, "buttons">): string | null =>
  buttons.flat().find(({ copyText = "" }) => CODE.test(copyText))?.copyText ?? null;

const messagesSchema = z.object({ items: z.array(messageSchema) });
const personSchema = z.object({ id: z.int() });
const tapSchema = z.object({ callbackQueryId: z.string() });
const callsSchema = z.object({
  items: z.array(
    z.object({
      method: z.string(),
      status: z.int().nullable(),
      params: z.record(z.string(), z.unknown()),
    }),
  ),
});
const initDataSchema = z.object({ initData: z.string() });

type Post = (path: string, body: unknown) => Promise<unknown>;

/** What happens in groups. */
const groupsOf = (api: ApiClient, headers: Readonly<Record<string, string>>, post: Post) => ({
  /** A group of these people, the first of whom owns it, with the bot in it. Answers its id. */
  async group(title: string, members: readonly number[]): Promise<number> {
    const { body } = await api.expect(201, personSchema, "/sandbox/api/groups", {
      method: "POST",
      body: { title, members, kind: "supergroup" },
      headers,
    });
    return body.id;
  },
  sayInGroup: (groupId: number, personId: number, text: string, replyToMessageId?: number) =>
    post(`/groups/${groupId}/messages`, {
      ...{ personId, text },
      ...(replyToMessageId === undefined ? {} : { replyToMessageId }),
    }),
  async messagesInGroup(groupId: number): Promise<ChatMessage[]> {
    const path = `/sandbox/api/groups/${groupId}/messages?after=0`;
    return (await api.expect(200, messagesSchema, path, { headers })).body.items;
  },
  /** Taps in a group. Answers the id of the tap, by which its answer is found. */
  async tapInGroup(groupId: number, personId: number, messageId: number, label: string): Promise<string> {
    const path = `/sandbox/api/people/${personId}/taps`;
    const { body } = await api.expect([200, 201, 202], tapSchema, path, {
      method: "POST",
      body: { chatId: groupId, messageId, label },
      headers,
    });
    return body.callbackQueryId;
  },
  /** What the bot answered to a tap; null while it has not. */
  async answerTo(tapId: string): Promise<string | null> {
    const { body } = await api.expect(200, callsSchema, "/sandbox/api/calls", { headers });
    const answer = body.items.find(
      ({ method, status, params }) =>
        method === "answerCallbackQuery" && status === 200 && params.callback_query_id === tapId,
    );
    return answer === undefined ? null : String(answer.params.text ?? "");
  },
});

/** Plays the people of the Telegram sandbox. */
export const createSandboxClient = (api: ApiClient, sandboxToken: string) => {
  const headers = { "x-sandbox-token": sandboxToken };
  const post = (path: string, body: unknown) =>
    api.expect([200, 201, 202, 204], z.unknown(), `/sandbox/api${path}`, { method: "POST", body, headers });

  /** Messages of a chat after a message id; waits up to `waitMs` for the first. */
  const messages = async (personId: number, after = 0, waitMs = 0): Promise<ChatMessage[]> => {
    const { body } = await api.expect(
      200,
      messagesSchema,
      `/sandbox/api/people/${personId}/messages?after=${after}&waitMs=${waitMs}`,
      { headers },
    );
    for (const message of body.items)
      if (message.from === "bot") api.listener?.learn("code", codeIn(message) ?? undefined, [api.baseUrl]);
    return body.items;
  };

  /** The first message after `after` that `matches`; fails with what was there instead. */
  const waitForMessage = async (
    personId: number,
    after: number,
    matches: (message: ChatMessage) => boolean,
    what: string,
  ): Promise<ChatMessage> => {
    let cursor = after;
    const seen: string[] = [];
    for (let wait = 0; wait < MESSAGE_WAITS; wait += 1) {
      const items = await messages(personId, cursor, MESSAGE_WAIT_MS);
      const found = items.find(matches);
      if (found) return found;
      seen.push(...items.map(({ text }) => text));
      cursor = Math.max(cursor, ...items.map(({ messageId }) => messageId));
    }
    throw new Error(`No message with ${what} arrived; the chat holds: ${seen.join(" | ").slice(0, 500)}`);
  };

  return {
    /** Makes a person, or finds the one who has this phone. */
    async person(firstName: string, phone: string): Promise<number> {
      const { body } = await api.expect([200, 201], personSchema, "/sandbox/api/people", {
        method: "POST",
        body: { firstName, phone },
        headers,
      });
      return body.id;
    },
    start: (personId: number, payload?: string) =>
      post(`/people/${personId}/start`, payload === undefined ? {} : { payload }),
    shareContact: (personId: number) => post(`/people/${personId}/contact`, {}),
    say: (personId: number, text: string) => post(`/people/${personId}/messages`, { text }),
    tap: (personId: number, messageId: number, label: string) =>
      post(`/people/${personId}/taps`, { messageId, label }),
    /** What a Mini App is handed when this person opens it. */
    async initData(personId: number): Promise<string> {
      const path = `/sandbox/api/people/${personId}/init-data`;
      const { body } = await api.expect(200, initDataSchema, path, { method: "POST", body: {}, headers });
      return body.initData;
    },
    ...groupsOf(api, headers, post),
    messages,
    waitForMessage,
    /** The id of the newest message in a chat, 0 for an empty one. */
    async lastMessageId(personId: number): Promise<number> {
      return (await messages(personId)).at(-1)?.messageId ?? 0;
    },
  };
};

export type SandboxClient = ReturnType<typeof createSandboxClient>;
