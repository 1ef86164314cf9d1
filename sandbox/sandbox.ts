import type { CallRecord } from "./bot-api/call-log.ts";
import type { User } from "./bot-api/types.ts";
import type { WebhookFetch } from "./bot-api/webhook-delivery.ts";
import type { BotFetch } from "./bot-fetch.ts";
import { botUserOf, SANDBOX_BOT_TOKEN } from "./bot-identity.ts";
import { transcriptText } from "./control-api/transcript.ts";
import { messageView } from "./control-api/views.ts";
import type { CastMember } from "./people/cast.ts";
import { createRooms } from "./rooms.ts";
import { createChanges } from "./state/changes.ts";
import { messagesAfter } from "./state/messages.ts";
import { createStateFile } from "./state/state-file.ts";
import { waitForChange } from "./state/waiting.ts";
import { createWorld, type World } from "./state/world.ts";
import { type Clock, systemClock, systemTimers, type Timers } from "./time.ts";

export type { CallRecord } from "./bot-api/call-log.ts";
export type { BotFetch } from "./bot-fetch.ts";
export { SANDBOX_BOT_TOKEN, SANDBOX_BOT_USERNAME } from "./bot-identity.ts";
export { SANDBOX_OIDC_CLIENT_SECRET } from "./oidc/client.ts";
export type { CastMember } from "./people/cast.ts";
export type { Clock, Timers } from "./time.ts";

export interface SandboxOptions {
  /** Token of the one bot; `SANDBOX_BOT_TOKEN` unless given. */
  botToken?: string;
  /** What `X-Sandbox-Token` must say on the control API. */
  controlToken: string;
  /** What it may say instead where mail is handed in; it opens nothing else. Without it the control token alone does. */
  mailToken?: string;
  /** Whether calls that come too fast are refused from the beginning; off unless given. */
  rateModel?: boolean;
  /** Whether the bot reads all messages of its groups; off unless given, as Telegram's privacy mode is on. */
  readsGroups?: boolean;
  /** Signs the init data of the bot's Mini App, in hexadecimal digits; derived from the token unless given. */
  webAppKey?: string;
  /** Where people reach the chat page, such as `http://127.0.0.1:3000`. */
  publicUrl: string;
  /**
   * The public address under which people can “Log in with Telegram”, without a slash at its end; without it that part is off, as it
   * must be beside a real bot, whose users these people are not.
   */
  signInUrl?: string | undefined;
  /** Whom a page beside the chat offers to be; nobody unless given. */
  cast?: readonly CastMember[];
  /** JSON file that keeps people and chats over a restart; without it they live in memory. */
  statePath?: string;
  clock?: Clock;
  timers?: Timers;
  /** Reaches webhooks, in place of the network; then any address Telegram allows is taken. */
  webhookFetch?: WebhookFetch;
  /** The address a request came from, where the server knows it; the page's token goes to loopback only. */
  clientAddress?: (request: Request) => string | undefined;
  /** Where the few lines go that a person should read; console.warn unless given. */
  log?: (line: string) => void;
}

export type MessageView = ReturnType<typeof messageView>;

/** Our own stand-in for Telegram: Bot API, people to drive, and a chat page, behind one fetch handler. */
export interface Sandbox {
  readonly name: "sandbox";
  readonly bot: User;
  fetch(request: Request): Promise<Response>;
  /** For grammY's `client.fetch`: the Bot API without a socket, whatever the `apiRoot`. */
  readonly botFetch: BotFetch;
  /** The mailbox without a socket, whatever the address. */
  readonly mailFetch: typeof fetch;
  /** Reads the state file. */
  start(): Promise<void>;
  /** Ends polls, streams and deliveries, and writes the state file. */
  stop(): Promise<void>;
  /** The address that opens the chat page with a start payload, in place of `https://t.me/<bot>?start=`. */
  deepLink(payload: string): string;
  /** The Bot API calls so far but the polls, oldest first. */
  outbox(): CallRecord[];
  /** One chat's messages, oldest first, as the control API shows them. */
  transcript(chatId: number): MessageView[];
  /** The same as plain text, without times and ids. */
  transcriptText(chatId: number): string;
  /** What `look` answers as soon as it is not null, undefined or false; rejects after `timeoutMs`. */
  waitFor<Found>(look: () => Found | null | undefined | false, timeoutMs: number): Promise<Found>;
}

/** Creates a sandbox. Fails with a RangeError on a malformed bot token or an empty control or mail token. */
export function createSandbox(options: SandboxOptions): Sandbox {
  if (options.controlToken === "") throw new RangeError("controlToken must not be empty");
  if (options.mailToken === "") throw new RangeError("mailToken must not be empty");
  const token = options.botToken ?? SANDBOX_BOT_TOKEN;
  const log = options.log ?? ((line: string) => console.warn(line));
  const world = createWorld({
    clock: options.clock ?? systemClock,
    timers: options.timers ?? systemTimers,
    changes: createChanges(),
    bot: botUserOf(token),
    readsGroups: options.readsGroups ?? false,
  });
  const parts = createRooms(world, token, options);
  const stateFile =
    options.statePath === undefined ? undefined : createStateFile(world, options.statePath, log);
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  return {
    name: "sandbox",
    bot: world.bot,
    fetch: parts.fetch,
    botFetch: parts.botFetch,
    mailFetch: parts.mailFetch,
    start: () => {
      starting ??= stateFile?.load() ?? Promise.resolve();
      return starting;
    },
    stop: () => {
      parts.stop();
      stopping ??= stateFile?.stop() ?? Promise.resolve();
      return stopping;
    },
    deepLink: (payload) =>
      `${options.publicUrl.replace(/\/$/, "")}/sandbox?start=${encodeURIComponent(payload)}`,
    outbox: () => parts.calls.list().filter(({ method }) => method !== "getUpdates"),
    transcript: (chatId) => messagesAfter(world, chatId, 0).map((message) => messageView(world, message)),
    transcriptText: (chatId) => transcriptText(world, chatId),
    waitFor: (look, timeoutMs) => waitOrFail(world, look, timeoutMs),
  };
}

async function waitOrFail<Found>(
  world: World,
  look: () => Found | null | undefined | false,
  timeoutMs: number,
): Promise<Found> {
  const found = await waitForChange(world, look, { timeoutMs });
  if (found === null) throw new Error(`the sandbox did not see what was waited for within ${timeoutMs} ms`);
  return found;
}
