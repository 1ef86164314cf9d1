import { Api, type ApiClientOptions } from "grammy";

/** A fetch as far as a Bot API client uses it. */
export type BotApiFetch = (input: string, init?: RequestInit) => Promise<Response>;

/** How notify reaches the Bot API. */
export interface TelegramConnection {
  readonly token: string;
  /** Without a slash at the end, such as `https://api.telegram.org`. */
  readonly apiRoot: string;
  /** In place of the network: a Bot API in this process. */
  readonly fetch?: BotApiFetch | undefined;
  /** Seconds to wait for a send, where that is not `SEND_TIMEOUT_SECONDS`. */
  readonly sendTimeoutSeconds?: number | undefined;
  /** What stands before a start payload in a link to the bot, where that is not `https://t.me/<bot>?start=`. */
  readonly deepLinkBase?: string | undefined;
}

/** Longest wait for a send; whether it went out is unknown after that. */
export const SEND_TIMEOUT_SECONDS = 15;
/** How long Telegram holds a poll that has nothing to tell: the most that it allows. */
export const POLL_SECONDS = 50;
/** Longest wait for a poll's answer. */
export const POLL_TIMEOUT_SECONDS = 65;

/** The number before the colon: it names the bot and is no secret. */
export const botIdOf = (token: string): string => token.split(":", 1)[0] ?? "";

export const clientOptions = (
  { apiRoot, fetch }: TelegramConnection,
  timeoutSeconds: number,
): ApiClientOptions => ({
  apiRoot,
  timeoutSeconds,
  // grammY's types want node-fetch; it calls no more of it than this.
  ...(fetch === undefined ? {} : { fetch: fetch as unknown as NonNullable<ApiClientOptions["fetch"]> }),
});

/** grammY's types name an older signal; it listens to this one just as well. */
type BotApiSignal = Parameters<Api["getMe"]>[0];
export const signalFor = (signal: AbortSignal): BotApiSignal => signal as unknown as BotApiSignal;

/** Ends a call after so many milliseconds, whatever its client allows. */
export const endingAfter = (ms: number): BotApiSignal => signalFor(AbortSignal.timeout(Math.max(1, ms)));

/** A Bot API client. It repeats nothing by itself: a repeated send might be a second message. */
export const createApi = (connection: TelegramConnection, timeoutSeconds: number): Api =>
  new Api(connection.token, clientOptions(connection, timeoutSeconds));

/** A Bot API client for sends: whether one went out that takes longer is unknown. */
export const createSendApi = (connection: TelegramConnection): Api =>
  createApi(connection, connection.sendTimeoutSeconds ?? SEND_TIMEOUT_SECONDS);
