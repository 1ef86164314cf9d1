import { sql } from "drizzle-orm";
import { newId } from "../../shared/kernel/ids.ts";
import { column } from "../../shared/sql/column.ts";
import { readAnswer } from "../../shared/testing/service-under-test.ts";
import { waitFor } from "../../shared/testing/wait-for.ts";
import { broadcastOutcomes } from "../domain/broadcast-tally.ts";
import type { BroadcastView } from "../usecases/broadcast-answer.ts";
import { type OpenNotifyOptions, openNotify } from "./open-notify.ts";

/** Somebody who has chosen to get offers: an account, and the Telegram account whose chat is open. */
export interface OfferReader {
  readonly userId: string;
  readonly chatId: number;
}

interface ReaderOptions {
  readonly language?: string;
  /** False: has not chosen to get offers. */
  readonly marketing?: boolean;
}

/** What a call was answered, as the broadcast that it is about. */
export type BroadcastAnswered = { readonly status: number; readonly body: BroadcastView & { code?: string } };

/** The counts of a broadcast add up to those whom it was for. */
export const sumOf = ({ progress }: BroadcastView): number =>
  broadcastOutcomes.reduce((sum, outcome) => sum + (progress?.[outcome] ?? 0), 0);

/** A notify with an admin who writes to many, and the means to make many. */
export const openBroadcasts = async (options: OpenNotifyOptions = {}) => {
  const notify = await openNotify(options);
  const { people, call, database } = notify;
  const admin = { userId: newId(), chatId: (await people.started()).id };

  const store = async (
    readers: readonly OfferReader[],
    { language = "en", marketing = true }: ReaderOptions,
  ) => {
    await database.db.execute(sql`
      insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
      select r.user_id, r.chat_id, 'active', ${language}, 'customer', 1, now()
      from unnest(${column(readers, "uuid", ({ userId }) => userId)}, ${column(readers, "bigint", ({ chatId }) => chatId)})
        as r(user_id, chat_id)`);
    await database.db.execute(sql`
      insert into preference (user_id, choices, updated_at)
      select r.user_id, ${JSON.stringify({ marketing })}::jsonb, now()
      from unnest(${column(readers, "uuid", ({ userId }) => userId)}) as r(user_id)`);
  };
  await store([admin], { marketing: false });

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: HeadersInit = {},
    as = `admin.${admin.userId}`,
  ) =>
    readAnswer<BroadcastView & { code?: string }>(
      await call(method, `/v1/broadcasts${path}`, { as, body, headers }),
    );
  const read = async (id: string): Promise<BroadcastView> => (await send("GET", `/${id}`)).body;

  return {
    ...notify,
    ...{ admin, send, read },
    /** So many readers with an open chat each, who have read the greeting. */
    async readers(count: number, facts: ReaderOptions = {}): Promise<OfferReader[]> {
      const made = await Promise.all(
        Array.from({ length: count }, async () => {
          const { id } = await people.add(facts.language === undefined ? {} : { language: facts.language });
          await people.start(id);
          return { userId: newId(), chatId: id };
        }),
      );
      const areGreeted = () => made.every(({ chatId }) => people.fromBot(chatId).length > 0);
      await waitFor(areGreeted, { what: "the greetings", timeoutMs: 60_000 });
      await store(made, facts);
      return made;
    },
    /** A draft, and its id. */
    draft: async (texts: object = { en: "Sale on tea" }, more: object = {}) =>
      (await send("POST", "", { texts, ...more })).body.id,
    /** How often each of them holds a message with these words. */
    copies: (readers: readonly OfferReader[], words: string): number[] =>
      readers.map(({ chatId }) => people.fromBot(chatId).filter(({ text }) => text.includes(words)).length),
    /** The broadcast, once it is in this state. */
    becomes: (id: string, state: BroadcastView["state"], timeoutMs = 30_000): Promise<BroadcastView> =>
      waitFor(
        async () => {
          const found = await read(id);
          return found.state === state && found;
        },
        { what: `the broadcast to be ${state}`, timeoutMs },
      ),
  };
};

export type OpenBroadcasts = Awaited<ReturnType<typeof openBroadcasts>>;
