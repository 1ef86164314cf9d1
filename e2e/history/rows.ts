import type { TestDatabase } from "../../shared/testing/test-database.ts";
import { type ConsumerName, type Consumers, consumerNames } from "./consumers.ts";
import { buyerAccounts } from "./record-history.ts";

type Row = Readonly<Record<string, unknown>>;

interface Compared {
  readonly table: string;
  /** Columns that say when or under which random id something was handled, not what it led to. */
  readonly without?: readonly string[];
  readonly shown?: (row: Row, consumers: Consumers) => Row;
  /** Rows that may be missing, or not, by chance. */
  readonly keeps?: (rows: readonly Row[]) => readonly Row[];
}

const withAccount = ({ chat_id: chatId, ...row }: Row, { accountOf }: Consumers): Row => ({
  ...row,
  // Each sandbox numbers its chats itself.
  chat: chatId === null ? null : accountOf(Number(chatId)),
});

const OVERTAKEN = "newer news is shown already";

/**
 * A card shows the newest version, so a delivery that comes late is rightly not sent: sent or overtaken is a matter of chance.
 * Which version is shown in the end, and that versions only rise, is compared apart.
 */
const deliveryRow = (given: Row, consumers: Consumers): Row => {
  const row = withAccount(given, consumers);
  const isCard = noticeOf(row).template === "order-card";
  const isTold = row.state === "sent" || row.reason === OVERTAKEN;
  return isCard && isTold ? { ...row, state: "told", reason: null } : row;
};

const noticeOf = ({ notice }: Row) => notice as { template: string; sku?: string; version?: number };

/** An alert of stock that comes after a newer one of its SKU is not told: only the newest is told for certain. */
const withNewestOfStock = (rows: readonly Row[]): readonly Row[] => {
  const newest = new Map<string, number>();
  for (const { sku, version } of rows.map(noticeOf))
    if (sku !== undefined) newest.set(sku, Math.max(newest.get(sku) ?? 0, version ?? 0));
  return rows.filter((row) => {
    const { sku, version } = noticeOf(row);
    return sku === undefined || version === newest.get(sku);
  });
};

const tables: Readonly<Record<ConsumerName, readonly Compared[]>> = {
  orders: [{ table: "user_replica" }, { table: "product_replica" }],
  catalog: [{ table: "product_sales" }, { table: "counted_order" }],
  notify: [
    { table: "chat", without: ["updated_at"], shown: withAccount },
    { table: "order_card", without: ["message_id", "updated_at"], shown: withAccount },
    {
      table: "delivery",
      // Its place in the queue, the ids of its claim and of Telegram's message, and the times that count from now. How often it
      // was tried counts claims that were lost or repeated as well.
      without: [
        ...["id", "position", "claim_id", "telegram_message_id", "attempts"],
        ...["next_at", "send_deadline", "expires_at", "created_at", "updated_at", "changed_tx"],
      ],
      shown: deliveryRow,
      keeps: withNewestOfStock,
    },
    { table: "stock_told" },
  ],
};

const inEveryService: readonly Compared[] = [
  { table: "inbox", without: ["handled_at"] },
  { table: "parked_message", without: ["id", "parked_at"] },
];

const asLine = (row: Row): string =>
  JSON.stringify(Object.fromEntries(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1))));

const readRows = async (
  { db }: TestDatabase,
  { table, without = [], shown, keeps }: Compared,
  from: Consumers,
) => {
  const { rows } = await db.execute<{ row: Row }>(`select to_jsonb(t) as row from ${table} t`);
  const found = rows.map(({ row }) => row);
  const kept = (keeps === undefined ? found : keeps(found)).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column]) => !without.includes(column))),
  );
  return kept.map((row) => asLine(shown === undefined ? row : shown(row, from))).toSorted();
};

/** Of everybody who buys, in the order of the text: which of two orders is told of first is a matter of chance. */
const chatLines = ({ textsOf }: Consumers): string[] =>
  buyerAccounts
    .flatMap((account) => textsOf(account).map((text) => `account ${account}: ${text}`))
    .toSorted();

interface CardRow extends Row {
  readonly order: string;
  readonly messages: string;
  readonly backwards: boolean;
}

/** Orders that have more or fewer messages than one card, and those whose card showed an older version after a newer one. */
export const cardProblems = async ({ databases }: Consumers): Promise<string[]> => {
  const { rows } = await databases.notify.db.execute<CardRow>(`
    with told as (
      select notice->>'orderId' as "order", telegram_message_id, (notice->>'version')::int as version,
        lag((notice->>'version')::int) over (
          partition by notice->>'orderId' order by updated_at, (notice->>'version')::int) as before
      from delivery where notice->>'template' = 'order-card' and state = 'sent')
    select "order", count(distinct telegram_message_id) as messages, bool_or(version < before) as backwards
    from told group by "order"`);
  return rows.flatMap(({ order, messages, backwards }) => [
    ...(Number(messages) === 1 ? [] : [`order ${order} has ${messages} cards`]),
    ...(backwards ? [`the card of order ${order} went backwards`] : []),
  ]);
};

/** All that the events have led to, a line for each row, by `service.table`; what the buyers' chats hold is `chats`. */
export const readState = async (consumers: Consumers): Promise<ReadonlyMap<string, readonly string[]>> => {
  const state = new Map<string, readonly string[]>();
  for (const name of consumerNames)
    for (const compared of [...tables[name], ...inEveryService])
      state.set(`${name}.${compared.table}`, await readRows(consumers.databases[name], compared, consumers));
  return state.set("chats", chatLines(consumers));
};

/** Lines that only one of two lists has, the first few of them, for people. */
export const differences = (clean: readonly string[], messy: readonly string[], max = 10): string[] => {
  const [inClean, inMessy] = [new Set(clean), new Set(messy)];
  return [
    ...clean
      .filter((line) => !inMessy.has(line))
      .slice(0, max)
      .map((line) => `only clean: ${line}`),
    ...messy
      .filter((line) => !inClean.has(line))
      .slice(0, max)
      .map((line) => `only messy: ${line}`),
    ...(clean.length === messy.length ? [] : [`${clean.length} rows clean, ${messy.length} messy`]),
  ];
};
