// The second part of broadcast-lanes.ts: a broadcast under Telegram's limits, and what others notice of it.

import { userSnapshot } from "../notify/testing/fake-auth.ts";
import { openBroadcasts } from "../notify/testing/open-broadcasts.ts";
import { envelopeOf } from "../notify/testing/open-notify.ts";
import { dataOf, orderOf } from "../notify/testing/open-shop.ts";
import { newId } from "../shared/kernel/ids.ts";
import { ms, storeReaders, TEXT } from "./broadcast-readers.ts";
import { quantile } from "./statistics.ts";

const SECONDS = Number(process.env.BROADCAST_SECONDS ?? 40);
/** Readers whose chats are there: more than the bot reaches in that time. */
const REACHED = 25 * SECONDS + 200;
const BUYERS = 20;
/** After the last order: longer than any card may take. */
const SETTLE_MS = 6_000;

const spread = (values: readonly number[]) =>
  `p50 ${ms(quantile(values, 0.5))}, p99 ${ms(quantile(values, 0.99))}, max ${ms(quantile(values, 1))}`;

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

/** 10,000 people under Telegram's limits, and how long codes and cards of others take meanwhile. */
export const measureOthers = async (): Promise<void> => {
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
