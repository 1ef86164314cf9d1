// `bun bench/broadcast-lanes.ts`: what a broadcast costs the queue, and what it costs the others. First its steps for 10,000, 100,000 and
// 200,000 people: writing them down, bringing them into the queue, claims meanwhile, a pause, the counts. Then 10,000 under
// Telegram's limits as the sandbox keeps them, while somebody signs in and somebody's order is confirmed each second: how long until Telegram has
// the code, and the card. Uses PostgreSQL at DATABASE_URL, else an embedded one. `BROADCAST_SECONDS` of the second part: 40.

import { decideBroadcast } from "../notify/domain/broadcast.ts";
import { noPace, telegramPace } from "../notify/domain/pace.ts";
import { createBroadcastFeedStore } from "../notify/store/broadcast-queue.ts";
import { createBroadcastStore } from "../notify/store/broadcast-store.ts";
import { createDeliveryStore } from "../notify/store/delivery-store.ts";
import { openStore } from "../notify/testing/open-store.ts";
import { newId } from "../shared/kernel/ids.ts";
import { measureOthers } from "./broadcast-crowd.ts";
import { ms, storeReaders, TEXT } from "./broadcast-readers.ts";
import { spreadOf } from "./statistics.ts";

const SIZES = [10_000, 100_000, 200_000] as const;
const ROUNDS = 200;
const WINDOW = 110;

const timed = async <Result>(work: () => Promise<Result>): Promise<[number, Result]> => {
  const begin = performance.now();
  const result = await work();
  return [performance.now() - begin, result];
};
type Store = Awaited<ReturnType<typeof openStore>>;

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

await measureIdle();
for (const size of SIZES) await measureSteps(size);
await measureAllInQueue(10_000);
await measureOthers();
process.exit(0);
