// `bun bench/broadcast-lanes.ts`: what a broadcast costs the queue, and what it costs the others. First its steps for 10,000, 100,000 and
// 200,000 people: writing them down, bringing them into the queue, claims meanwhile, a pause, the counts. Then 10,000 under
// Telegram's limits as the sandbox keeps them, while somebody signs in and somebody's order is confirmed each second: how long until Telegram has
// the code, and the card. Uses PostgreSQL at DATABASE_URL, else an embedded one. `BROADCAST_SECONDS` of the second part: 40.

import { sql } from "drizzle-orm";
import { decideBroadcast } from "../notify/domain/broadcast.ts";
import { noPace, telegramPace } from "../notify/domain/pace.ts";
import { createBroadcastFeedStore } from "../notify/store/broadcast-queue.ts";
import { createBroadcastStore } from "../notify/store/broadcast-store.ts";
import { createDeliveryStore } from "../notify/store/delivery-store.ts";
import { userSnapshot } from "../notify/testing/fake-auth.ts";
import { openBroadcasts } from "../notify/testing/open-broadcasts.ts";
import { envelopeOf } from "../notify/testing/open-notify.ts";
import { dataOf, orderOf } from "../notify/testing/open-shop.ts";
import { openStore } from "../notify/testing/open-store.ts";
import { newId } from "../shared/kernel/ids.ts";
import { column } from "../shared/sql/column.ts";
import { spreadOf } from "./statistics.ts";

const SIZES = [10_000, 100_000, 200_000] as const;
const ROUNDS = 200;
const WINDOW = 110;
const SECONDS = Number(process.env.BROADCAST_SECONDS ?? 40);
/** Readers whose chats are there: more than the bot reaches in that time. */
const REACHED = 25 * SECONDS + 200;
const BUYERS = 20;
/** After the last order: longer than any card may take. */
const SETTLE_MS = 6_000;
const TEXT = "Sale on tea: 20% off until Friday, as long as there is any. ".repeat(4);

const timed = async <Result>(work: () => Promise<Result>): Promise<[number, Result]> => {
  const begin = performance.now();
  const result = await work();
  return [performance.now() - begin, result];
};
const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const spread = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return `p50 ${ms(at(0.5))}, p99 ${ms(at(0.99))}, max ${ms(at(1))}`;
};

type Store = Awaited<ReturnType<typeof openStore>>;

const storeReaders = async ({ db }: Pick<Store, "db">, users: readonly string[], chatFrom: number) => {
  for (let from = 0; from < users.length; from += 10_000) {
    const page = users.slice(from, from + 10_000);
    const ids = sql`unnest(${column(page, "uuid", (id) => id)}) with ordinality as u(id, n)`;
    await db.execute(sql`
      insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
      select id, ${chatFrom + from}::bigint + n, 'active', 'en', 'customer', 1, now() from ${ids}`);
    await db.execute(sql`
      insert into preference (user_id, choices, updated_at) select id, '{"marketing": true}', now() from ${ids}`);
  }
};

/** How long a claim takes that finds three messages, and the record of them. */
const claimTimes = async (
  { claim, sent, clock }: Pick<Store, "claim" | "sent" | "clock">,
  refill: () => Promise<unknown>,
) => {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [took, { messages }] = await timed(() => claim(3));
    if (messages.length > 0) times.push(took);
    await sent(messages);
    clock.advance(140);
    if (round % 10 === 9) await refill();
  }
  return spreadOf(times);
};

const measureSteps = async (size: number): Promise<void> => {
  const store = await openStore({ paces: { ...noPace, token: telegramPace(25).token } });
  const { database, clock } = store;
  try {
    const users = Array.from({ length: size }, newId);
    await storeReaders(store, users, 1_000);
    const broadcasts = createBroadcastStore(database);
    const feed = createBroadcastFeedStore({ database, newId, window: WINDOW });
    const now = clock.now();
    const made = {
      version: 1,
      texts: { en: TEXT, ar: TEXT },
      createdBy: null,
      createdAt: now,
      updatedAt: now,
    };
    const id = newId();
    await broadcasts.once(null, (writer) =>
      writer.add({ ...made, id, state: "draft", audience: { languages: null } }),
    );
    const [freezing] = await timed(() =>
      broadcasts.change(
        id,
        async (found, writer) => {
          const recipients = await writer.freeze(id, found.audience);
          return decideBroadcast(found, { kind: "start", by: newId(), recipients }, now);
        },
        now,
      ),
    );
    const [feeding] = await timed(() => feed.tend(id, clock.now()));
    const claims = await claimTimes(store, () => feed.tend(id, clock.now()));
    const [counting] = await timed(() => broadcasts.tally(id));
    const [previewing] = await timed(() => broadcasts.countAudience({ languages: null }));
    const [pausing] = await timed(() =>
      broadcasts.change(
        id,
        async (found) => decideBroadcast(found, { kind: "pause" }, clock.now()),
        clock.now(),
      ),
    );
    console.info(
      `${size} people: written down ${ms(freezing)}; ${WINDOW} into the queue ${ms(feeding)}; pause ${ms(pausing)}`,
    );
    console.info(
      `  counts ${ms(counting)}; preview ${ms(previewing)}; claims meanwhile: median ${ms(claims.median)} (${ms(claims.min)}–${ms(claims.max)})`,
    );
  } finally {
    await store.close();
  }
};

/** The other way: everybody in the queue from the beginning. */
const measureAllInQueue = async (size: number): Promise<void> => {
  const store = await openStore({ paces: { ...noPace, token: telegramPace(25).token } });
  try {
    const users = Array.from({ length: size }, newId);
    await storeReaders(store, users, 1_000);
    const broadcastId = newId();
    const [enqueuing] = await timed(async () => {
      for (let from = 0; from < size; from += 500)
        await store.database.transaction((tx) =>
          createDeliveryStore(tx).enqueue(
            users.slice(from, from + 500).map((userId) => ({
              ...{ id: newId(), dedupeKey: newId(), class: "broadcast" as const, userId },
              notice: { template: "broadcast" as const, broadcastId, texts: { en: TEXT, ar: TEXT } },
              expiresAt: new Date(store.clock.now().getTime() + 86_400_000),
            })),
            store.clock.now(),
          ),
        );
    });
    const claims = await claimTimes(store, async () => undefined);
    const [restoring] = await timed(() => store.lanes.restore(store.clock.now()));
    console.info(
      `${size} all in the queue: enqueued ${ms(enqueuing)}; claims: median ${ms(claims.median)} (${ms(claims.min)}–${ms(claims.max)}); lanes looked through each minute ${ms(restoring)}`,
    );
  } finally {
    await store.close();
  }
};

const measureIdle = async (): Promise<void> => {
  const store = await openStore({ paces: { ...noPace, token: telegramPace(25).token } });
  const people = await Promise.all(Array.from({ length: 60 }, () => store.person()));
  const users = people.map(({ userId }) => userId);
  const refill = () =>
    store.database.transaction((tx) =>
      createDeliveryStore(tx).enqueue(
        users.slice(0, 40).map((userId) => ({
          ...{ id: newId(), dedupeKey: newId(), class: "transactional" as const, userId },
          notice: {
            template: "order-headline" as const,
            orderId: newId(),
            number: "K-1",
            status: "shipped" as const,
            reason: null,
          },
          expiresAt: new Date(store.clock.now().getTime() + 86_400_000),
        })),
        store.clock.now(),
      ),
    );
  await refill();
  const claims = await claimTimes(store, refill);
  console.info(
    `no broadcast: claims of news: median ${ms(claims.median)} (${ms(claims.min)}–${ms(claims.max)})`,
  );
  await store.close();
};

type Opened = Awaited<ReturnType<typeof openBroadcasts>>;

/** Ten thousand readers, of whom those come first whose chats are there, and buyers whom notify knows. */
const openCrowd = async ({ people, database, publish, readers }: Opened) => {
  await readers(REACHED);
  await storeReaders(database, Array.from({ length: 10_000 - REACHED }, newId), 9_000_000_000);
  const persons = await Promise.all(Array.from({ length: BUYERS }, () => people.started()));
  const users = persons.map((person) => userSnapshot({ telegramUserId: person.id, phone: person.phone }));
  for (const user of users) await publish(envelopeOf("user.created", user.id, { user }));
  await people.control("POST", "/rate-model", { on: true });
  return { persons, users };
};

/** What Telegram was asked for: when it got which code and card, and how many calls it refused. */
const watchCalls = ({ sandbox }: Opened) => {
  const seen = new Map<string, number>();
  const counts = { calls: 0, refused: 0 };
  let last = sandbox.outbox().at(-1)?.seq ?? 0;
  const look = () => {
    const fresh = sandbox.outbox().filter(({ seq, status }) => seq > last && status !== null);
    for (const { seq, status, params, at } of fresh) {
      last = Math.max(last, seq);
      counts.calls += 1;
      if (status === 429) counts.refused += 1;
      const mark = /K-X\d+|9\d{7}/.exec(String(params.text ?? ""))?.[0];
      if (status === 200 && mark !== undefined && !seen.has(mark)) seen.set(mark, Date.parse(at));
    }
  };
  return { seen, counts, look };
};

/** Each second a code for one person, and the card of another's order: when each was asked for. */
const disturb = async (
  opened: Opened,
  { persons, users }: Awaited<ReturnType<typeof openCrowd>>,
  look: () => void,
) => {
  const asked = new Map<string, number>();
  const begun = Date.now();
  for (let second = 0; second < SECONDS; second += 1) {
    const [code, number] = [String(90_000_000 + second), `K-X${second}`];
    asked.set(code, Date.now());
    const coded = opened.internal("POST", "/internal/codes", {
      ...{ challengeId: newId(), chatId: persons[(second + 7) % BUYERS]?.id, code, language: "en" },
      ...{ expiresAt: new Date(Date.now() + 300_000).toISOString(), purpose: "login", askedFrom: "here" },
    });
    const order = orderOf(users[second % BUYERS] ?? userSnapshot(), { number });
    asked.set(number, Date.now());
    const confirmed = envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), {
      sequence: order.version,
    });
    await Promise.all([coded, opened.publish(confirmed)]);
    await Bun.sleep(Math.max(0, begun + (second + 1) * 1_000 - Date.now()));
    look();
  }
  await Bun.sleep(SETTLE_MS);
  look();
  return asked;
};

const measureOthers = async (): Promise<void> => {
  const opened = await openBroadcasts({ environment: { TELEGRAM_PACE: "telegram" } });
  try {
    const crowd = await openCrowd(opened);
    const id = await opened.draft({ en: TEXT, ar: TEXT });
    const started = await opened.send("POST", `/${id}/start`);
    const { seen, counts, look } = watchCalls(opened);
    const asked = await disturb(opened, crowd, look);
    const took = (pattern: RegExp) =>
      [...asked]
        .filter(([mark]) => pattern.test(mark))
        .map(([mark, at]) => (seen.get(mark) ?? Number.POSITIVE_INFINITY) - at);
    const { progress } = await opened.read(id);
    console.info(
      `${started.body.recipients} recipients under Telegram's limits, ${SECONDS} s: ${progress?.sent} sent, ${progress?.pending} wait`,
    );
    console.info(`  codes: ${spread(took(/^9/))}`);
    console.info(`  cards: ${spread(took(/^K/))}`);
    console.info(`  calls ${counts.calls}, refused with 429: ${counts.refused}`);
  } finally {
    await opened.close();
  }
};

await measureIdle();
for (const size of SIZES) await measureSteps(size);
await measureAllInQueue(10_000);
await measureOthers();
process.exit(0);
