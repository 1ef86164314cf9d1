import { expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { newId } from "../shared/kernel/ids.ts";
import { column } from "../shared/sql/column.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { SENDS_AT_ONCE } from "./domain/pace.ts";
import { userSnapshot } from "./testing/fake-auth.ts";
import { openBroadcasts } from "./testing/open-broadcasts.ts";
import { envelopeOf } from "./testing/open-notify.ts";
import { dataOf, orderOf } from "./testing/open-shop.ts";

setDefaultTimeout(120_000);

const RECIPIENTS = 10_000;
/** Of them, those whose chats there are: the first in turn, and more than have it while the test lasts. */
const REACHED = 150;
const BUYERS = 6;
const CODE = "90417263";

/** A broadcast for ten thousand that has begun, under Telegram's limits, and buyers who know nothing of it. */
const open = closedAfterEach(async () => {
  const opened = await openBroadcasts({ environment: { TELEGRAM_PACE: "telegram" } });
  const { people, database, sandbox } = opened;
  const persons = await Promise.all(Array.from({ length: BUYERS }, () => people.started()));
  const buyers = persons.map((person) => userSnapshot({ telegramUserId: person.id, phone: person.phone }));
  await opened.publish(...buyers.map((user) => envelopeOf("user.created", user.id, { user })));
  await opened.readers(REACHED);
  const absent = Array.from({ length: RECIPIENTS - REACHED }, newId);
  const ids = sql`unnest(${column(absent, "uuid", (id) => id)}) with ordinality as u(id, n)`;
  await database.db.execute(sql`
    insert into chat (user_id, chat_id, state, language, role, user_version, updated_at)
    select id, 9000000000 + n, 'active', 'en', 'customer', 1, now() from ${ids}`);
  await database.db.execute(sql`
    insert into preference (user_id, choices, updated_at) select id, '{"marketing": true}', now() from ${ids}`);
  await waitFor(
    async () => {
      const known = await database.db.execute(sql`select 1 from chat where chat_id = ${persons[0]?.id ?? 0}`);
      return known.rows.length > 0;
    },
    { what: "the buyers to be known" },
  );
  await people.control("POST", "/rate-model", { on: true });
  const sends = () => sandbox.outbox().filter(({ method }) => method.toLowerCase() === "sendmessage");
  return { ...opened, persons, buyers, sends };
});

test("notify-14: while ten thousand wait, a code is Telegram's next call, then come cards, and nothing is refused", async () => {
  const { draft, send, read, sends, internal, publish, persons, buyers } = await open();
  const id = await draft();
  const started = await send("POST", `/${id}/start`);
  expect(started.body).toMatchObject({ recipients: RECIPIENTS, progress: { pending: RECIPIENTS } });
  expect(started.body.progress?.secondsLeft).toBeGreaterThan(400);
  const isOfBroadcast = ({ params }: { params: Record<string, unknown> }) => params.text === "Sale on tea";
  await waitFor(() => sends().filter(isOfBroadcast).length >= 40, { what: "the pace to be used up" });

  const before = sends().length;
  const coded = await internal("POST", "/internal/codes", {
    ...{ challengeId: newId(), chatId: persons[0]?.id, code: CODE, language: "en", purpose: "login" },
    ...{ expiresAt: new Date(Date.now() + 300_000).toISOString(), askedFrom: "Firefox on Linux" },
  });
  expect(await coded.json()).toEqual({ outcome: "sent" });
  const place = sends().findIndex(({ params }) => JSON.stringify(params).includes(CODE));
  // What was under way, or had just been taken, went before it.
  expect(place - before).toBeLessThanOrEqual(SENDS_AT_ONCE);

  const orders = buyers.slice(1).map((buyer, n) => orderOf(buyer, { number: `KX-${n}` }));
  await publish(
    ...orders.map((order) =>
      envelopeOf("order.confirmed", order.id, dataOf(order, "pending"), { sequence: order.version }),
    ),
  );
  const queued = sends().length;
  const cards = () =>
    sends().flatMap(({ params }, n) => (/Order KX-\d/.test(String(params.text)) ? [n] : []));
  await waitFor(() => cards().length === orders.length, { what: "the cards", timeoutMs: 30_000 });
  const between = (cards().at(-1) ?? 0) - queued - orders.length;
  expect(between).toBeLessThanOrEqual(2 * SENDS_AT_ONCE);

  expect(sends().filter(({ status }) => status === 429)).toEqual([]);
  const { progress } = await read(id);
  expect(progress?.pending).toBeGreaterThan(RECIPIENTS - REACHED);
});

test("notify-23: the pending list stays short while ten thousand wait", async () => {
  const { draft, send, call, sends } = await open();
  const id = await draft();
  await send("POST", `/${id}/start`);
  await waitFor(() => sends().length > 20, { what: "the first messages" });
  const staff = `staff.${newId()}`;
  const response = await call("GET", "/v1/notifications?state=pending&limit=100", { as: staff });
  const { items, nextCursor } = (await response.json()) as { items: { class: string }[]; nextCursor: string };
  expect(items.length).toBeLessThanOrEqual(100);
  // Of ten thousand there is no more than the bot will send in a few seconds.
  const rest = await call("GET", `/v1/notifications?state=pending&limit=100&cursor=${nextCursor ?? ""}`, {
    as: staff,
  });
  const second = nextCursor === null ? { items: [] } : ((await rest.json()) as { items: unknown[] });
  expect(items.length + second.items.length).toBeLessThan(150);
});
