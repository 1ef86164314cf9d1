const KB = 1_024;
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);

/** Bodies that are JSON, or nearly, and ought to be nothing but refused. Each is smaller than a body may be. */
export const bombs: Readonly<Record<string, string>> = {
  "arrays in arrays, 200,000 deep": nested("[", "]", 200_000),
  "objects in objects, 100,000 deep": `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
  "33 levels in a field": `{"a":${nested("[", "]", 33)}}`,
  "a hundred thousand fields": `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":1`).join()}}`,
  "a hundred thousand times the same field": `{${'"a":1,'.repeat(100_000)}"a":1}`,
  "a text of nearly a megabyte": `{"a":"${"x".repeat(1_000 * KB)}"}`,
  "a list of nearly a megabyte": `[${"0,".repeat(500 * KB)}0]`,
  __proto__: '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
  "a NUL": '{"a":"\\u0000","\\u0000":1}',
  "a NUL that is no escape": '{"a":"\u0000"}',
  "half a character": '{"a":"\\ud800","\\udfff":"x"}',
  "a number past all numbers": '{"a":1e400,"b":-1e400,"c":1e-400}',
  "a number of 100,000 digits": `{"a":${"9".repeat(100_000)}}`,
  "no UTF-8": '{"a":"\u00ff\u00fe"}',
  "a byte order mark": '\u00ef\u00bb\u00bf{"a":1}',
  "half a document": '{"a":1',
  "two documents": '{"a":1}{"b":2}',
  "a comment": '{"a":1} // b',
  "a number alone": "1",
  null: "null",
};

/** Fields that somebody would like to set for themselves, wherever a route does not take them. */
export const covetedFields = {
  role: "admin",
  price: { amountMinor: 1, currency: "USD" },
  unitPrice: { amountMinor: 1, currency: "USD" },
  total: { amountMinor: 1, currency: "USD" },
  status: "delivered",
  userId: "0192f0c0-0000-7000-8000-000000000001",
  available: 1_000_000,
  version: 1,
  isAdmin: true,
} as const;

/** Nowhere a price in minor units or a quantity. */
export const noNumbers = [
  "-1",
  "0.5",
  '"1"',
  "2147483648",
  "9007199254740993",
  "1e400",
  "null",
  "true",
  "[]",
  "-0.1",
];

/** What somebody might put where a name of a column, a pattern or a piece of SQL ends up. */
export const injections = [
  "name;drop table product--",
  "price) desc, (select pg_sleep(5)",
  "1' or '1'='1",
  "' union select secret from signing_key --",
  "\\'; select pg_sleep(5); --",
  "%",
  "%%%%%%%%%%%%%%%%%%%%_%_%_%",
  "__proto__",
  "constructor",
  "{{7*7}}<script>",
  "../../etc/passwd",
  "\u0000",
  "a".repeat(5_000),
  "((((((((((((((((((((((((xyzzy+)+)+)+)+)+$",
] as const;
