import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { signInitData, signWidget } from "../testing/telegram-signer.ts";
import { PRODUCTION, TEST_ENVIRONMENT } from "../testing/telegram-vectors.ts";
import { createInitDataReader, createWidgetReader } from "./telegram-proofs.ts";

const hmac = (hex: string = PRODUCTION.webAppKey) =>
  createInitDataReader({ kind: "hmac", key: Buffer.from(hex, "hex") });
const ed25519 = (botId: string, environment: "production" | "test") =>
  createInitDataReader({ kind: "ed25519", botId, environment });

const ways = [
  ["the key of the bot", hmac(), PRODUCTION, ["hash"]],
  ["Telegram's key", ed25519(PRODUCTION.botId, "production"), PRODUCTION, ["hash", "signature"]],
  [
    "Telegram's key of the test environment",
    ed25519(TEST_ENVIRONMENT.botId, "test"),
    TEST_ENVIRONMENT,
    ["hash", "signature"],
  ],
] as const;

describe.each(ways)("auth-16: what Telegram has made, verified by %s,", (_, read, vector, unsigned) => {
  const pairs = [...new URLSearchParams(vector.initData)] as [string, string][];
  const written = (fields: readonly (readonly [string, string])[]) =>
    fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

  test("is accepted, with the person and the time in it", () => {
    const proof = read(vector.initData);
    expect(proof?.account.id).toBe(vector.userId);
    expect(proof?.authDate).toEqual(vector.authDate);
  });

  test("is the same in another order and encoding, and is counted as the same", () => {
    const proof = read(vector.initData);
    const reordered = written(pairs.toReversed()).replaceAll("%20", "+").replaceAll("sender", "%73ender");
    expect(read(reordered)).toEqual(proof);
  });

  test("is refused with any byte of what was signed changed", () => {
    const signed = pairs.filter(([name]) => !(unsigned as readonly string[]).includes(name));
    const rest = pairs.filter(([name]) => (unsigned as readonly string[]).includes(name));
    const lengths = signed.map(([name, value]) => [name.length, value.length] as const);
    const change = fc.record({
      field: fc.nat(signed.length - 1),
      inName: fc.boolean(),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 127 }),
    });
    fc.assert(
      fc.property(change, ({ field, inName, at, by }) => {
        const changed = signed.map(([name, value], index) => {
          if (index !== field) return [name, value] as const;
          const [nameLength, valueLength] = lengths[index] ?? [1, 1];
          const put = (text: string, position: number) =>
            text.slice(0, position) +
            String.fromCharCode((text.charCodeAt(position) + by) % 128) +
            text.slice(position + 1);
          return inName
            ? ([put(name, at % nameLength), value] as const)
            : ([name, put(value, at % valueLength)] as const);
        });
        const encoded = [...changed, ...rest]
          .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
          .join("&");
        expect(read(encoded)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test("is never taken for somebody else's with any character of the text changed", () => {
    const proof = read(vector.initData);
    const change = fc.record({
      at: fc.nat(vector.initData.length - 1),
      to: fc.integer({ min: 1, max: 126 }),
    });
    fc.assert(
      fc.property(change, ({ at, to }) => {
        const text = vector.initData.slice(0, at) + String.fromCharCode(to) + vector.initData.slice(at + 1);
        // Either it means the same as before ("%2b" for "%2B", an unsigned field), or it is refused.
        expect([null, proof]).toContainEqual(read(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test("is refused without a field, and with one more", () => {
    for (const [name] of pairs) expect(read(written(pairs.filter(([other]) => other !== name)))).toBeNull();
    expect(read(`${vector.initData}&start_param=x`)).toBeNull();
  });

  test("is refused with a field twice", () => {
    for (const pair of pairs) expect(read(written([...pairs, pair]))).toBeNull();
  });
});

test("auth-16: another bot, another environment and another key are refused", () => {
  expect(ed25519("7342037358", "production")(PRODUCTION.initData)).toBeNull();
  expect(ed25519(PRODUCTION.botId, "test")(PRODUCTION.initData)).toBeNull();
  expect(ed25519(TEST_ENVIRONMENT.botId, "production")(TEST_ENVIRONMENT.initData)).toBeNull();
  expect(hmac("0".repeat(64))(PRODUCTION.initData)).toBeNull();
  expect(hmac()(TEST_ENVIRONMENT.initData)).toBeNull();
});

test("auth-16: a signature is read as Telegram writes it, and in no other way", () => {
  const read = ed25519(PRODUCTION.botId, "production");
  const signature = new URLSearchParams(PRODUCTION.initData).get("signature") ?? "";
  const other = (text: string) => read(PRODUCTION.initData.replace(signature, text));
  // The last character carries four bits that nobody reads: "R" would be the same signature.
  expect(other(`${signature.slice(0, -1)}R`)).toBeNull();
  expect(other(`${signature}A`)).toBeNull();
  expect(other("")).toBeNull();
});

describe("auth-16: what is signed and names no person", () => {
  const key = Buffer.alloc(32, 7);
  const read = createInitDataReader({ kind: "hmac", key });
  const withUser = (user: string, more: Record<string, string> = { auth_date: "1764000000" }) =>
    read(signInitData({ ...more, user }, key));

  test("the fields are read where they are right", () => {
    const account = withUser(
      '{"id":7,"first_name":"Ada","last_name":"L","username":"ada","language_code":"de"}',
    );
    expect(account?.account).toEqual({
      id: 7,
      firstName: "Ada",
      lastName: "L",
      username: "ada",
      languageCode: "de",
    });
  });

  test.each([
    "",
    "null",
    "[]",
    "{",
    '{"id":0,"first_name":"A"}',
    '{"id":-7,"first_name":"A"}',
    '{"id":"7","first_name":"A"}',
    '{"id":1.5,"first_name":"A"}',
    '{"id":9007199254740993,"first_name":"A"}',
    '{"id":7,"first_name":"A","is_bot":true}',
    '{"id":7}',
  ])("is refused: %j", (user) => {
    expect(withUser(user)).toBeNull();
  });

  test.each(["", "0", "-1", "1e9", "soon", "99999999999999"])("is refused with the time %j", (auth_date) => {
    expect(withUser('{"id":7,"first_name":"Ada"}', { auth_date })).toBeNull();
  });

  test("is refused without a user or a time", () => {
    expect(read(signInitData({ auth_date: "1764000000" }, key))).toBeNull();
    expect(withUser('{"id":7,"first_name":"Ada"}', {})).toBeNull();
  });
});

describe("auth-19: the login widget's fields", () => {
  const key = Buffer.alloc(32, 9);
  const read = createWidgetReader(key);
  const fields = { id: 7, first_name: "Ada", username: "ada", auth_date: 1_764_000_000 };

  test("are accepted as they were signed", () => {
    expect(read(signWidget(fields, key))).toMatchObject({
      account: { id: 7, firstName: "Ada", lastName: null, username: "ada", languageCode: null },
      authDate: new Date(1_764_000_000_000),
    });
  });

  test("are refused when changed, added to, cut, or signed as a Mini App's data are", () => {
    const signed = signWidget(fields, key);
    const wrong = [
      { ...signed, id: 8 },
      { ...signed, last_name: "L" },
      { ...signed, hash: "" },
      { ...signed, hash: signed.hash.toUpperCase() },
      { ...fields },
      signWidget(fields, Buffer.alloc(32, 8)),
      signWidget({ ...fields, first_name: "A\nid=1" }, key),
    ];
    for (const given of wrong) expect(read(given)).toBeNull();
    const { username: _, ...cut } = signed;
    expect(read(cut)).toBeNull();
  });
});
