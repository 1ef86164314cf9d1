import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { redisServer } from "../../e2e/own-redis.ts";
import { CANARY_VARIABLE, createCanary, type Emission } from "../../shared/testing/canary/canary.ts";
import { channels, mayStand, type SecretKind, secretKinds } from "../../shared/testing/canary/kinds.ts";
import { testServer } from "../../shared/testing/test-server.ts";
import { search } from "./search.ts";
import { verdictOf } from "./suite-canary.ts";

// A planted program starts processes of its own.
setDefaultTimeout(60_000);

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const openFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "kiosk-canary-"));
  folders.push(folder);
  return folder;
};

const openCanary = () => {
  const folder = openFolder();
  const canary = createCanary(folder);
  const found = () => {
    canary.flush();
    return search(folder);
  };
  return { folder, canary, found, leaks: () => found().leaks };
};

const random = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
const tokenOf = (): string => `eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.${random()}${random()}`;

const SPECIAL: Partial<Record<SecretKind, () => string>> = {
  code: () => "042917",
  phone: () => "+15550173322",
  "access token": tokenOf,
  "refresh token": tokenOf,
  "id token": tokenOf,
  "init data": () => `auth_date=1&user=%7B%7D&hash=${Buffer.from(random()).toString("hex").slice(0, 64)}`,
  password: () => "tram oak lamp seventeen",
  "client secret": () => "secret of the client: with % and ü",
};
const secretOf = (kind: SecretKind): string => (SPECIAL[kind] ?? random)();
/** How a channel speaks. */
const lineWith = (secret: string): string =>
  JSON.stringify({ level: "warn", msg: "no way in", why: `not ${secret}!` });

/** What is found of one secret in one text. */
const kindsFoundIn = (kind: SecretKind, secret: string, emission: Omit<Emission, "channel">) => {
  const { canary, leaks } = openCanary();
  canary.learn(kind, secret);
  canary.emitted({ channel: "log", ...emission });
  return leaks().map((leak) => leak.kind);
};

describe("the canary", () => {
  for (const kind of secretKinds) {
    test(`finds a planted ${kind} in every channel where it may not stand`, () => {
      for (const channel of channels) {
        const { canary, leaks } = openCanary();
        const secret = secretOf(kind);
        canary.learn(kind, secret);
        canary.emitted({ channel, text: lineWith(secret) });
        const expected = mayStand(kind, channel, "") ? [] : [{ kind, channel, place: "no way in" }];
        const byKind = leaks().filter((leak) => leak.kind === kind);
        expect({ channel, byKind }).toEqual({ channel, byKind: expected });
      }
    });
  }

  test("finds tokens and keys by their look, whoever made them", () => {
    const { canary, leaks } = openCanary();
    for (const text of [
      `got ${tokenOf()}`,
      `authorization: Bearer ${random()}`,
      "-----BEGIN PRIVATE KEY-----",
      JSON.stringify({ msg: "key", jwk: { kty: "OKP", d: random() } }),
      JSON.stringify({ msg: "key as text", jwk: JSON.stringify({ kty: "OKP", d: random() }) }),
    ])
      canary.emitted({ channel: "output", text });
    expect(
      leaks()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual([
      "a bearer header",
      "a private key (JWK)",
      "a private key (JWK)",
      "a private key (PEM)",
      "a token (JWT)",
    ]);
  });

  test("finds a secret however it is written", () => {
    const secret = random();
    const password = "tram oak lamp seventeen";
    const text = (value: string) => ({ text: value });
    expect(kindsFoundIn("challenge secret", secret, text(`sess_${secret}-2`))).toEqual(["challenge secret"]);
    expect(kindsFoundIn("challenge secret", secret, text(`${secret.slice(0, 30)}…`))).toEqual([
      "challenge secret",
    ]);
    const nested = JSON.stringify({ msg: "x", raw: JSON.stringify({ s: secret }) });
    expect(kindsFoundIn("challenge secret", secret, text(nested))).toEqual(["challenge secret"]);
    for (const form of [
      encodeURIComponent(password),
      password.replaceAll(" ", "+"),
      Buffer.from(password).toString("base64"),
      Buffer.from(password).toString("hex"),
    ])
      expect({ form, kinds: kindsFoundIn("password", password, text(`?q=${form}&x=1`)) }).toEqual({
        form,
        kinds: ["password"],
      });
    for (const form of ["phone 15550173322 is taken", "/v1/users/%2B15550173322", "?phone=+15550173322"])
      expect({ form, kinds: kindsFoundIn("phone", "+15550173322", text(form)) }).toEqual({
        form,
        kinds: ["phone"],
      });
  });

  test("finds what was said before anybody knew that it is secret, and by another process", () => {
    const { folder, canary, leaks } = openCanary();
    const secret = random();
    canary.emitted({ channel: "event", place: "user.updated", text: JSON.stringify({ data: { secret } }) });
    const elsewhere = createCanary(folder);
    elsewhere.learn("receipt secret", secret);
    elsewhere.flush();
    expect(leaks()).toEqual([{ kind: "receipt secret", channel: "event", place: "user.updated" }]);
  });

  test("takes no number for a code but one that stands by itself, as a text, in the code's own world", () => {
    const world = "shop";
    const of = (text: string, where = world) => {
      const { canary, leaks } = openCanary();
      canary.learn("code", "042917", [world]);
      canary.alias("http://127.0.0.1:1", world);
      canary.emitted({ channel: "table", place: "auth.x.y", world: where, text });
      return leaks().length;
    };
    const others = [
      "1042917",
      "042917001",
      "0.042917",
      "a042917f",
      "your order K-042917",
      "0190a000-0000-7000-8000-000000042917",
      "2026-01-01T12:00:00.042917Z",
      JSON.stringify({ ms: 42917, total: 142917 }),
    ];
    for (const text of others) expect({ text, leaks: of(text) }).toEqual({ text, leaks: 0 });
    expect(of("042917", "another shop")).toBe(0);
    for (const text of [
      "042917",
      "code=042917.",
      "otp-042917",
      '{"code":"042917"}',
      "your code: 042917, and more",
    ])
      expect({ text, leaks: of(text) }).toEqual({ text, leaks: 1 });
    const { canary, leaks } = openCanary();
    canary.learn("code", "042917", ["http://127.0.0.1:1"]);
    canary.alias("http://127.0.0.1:1", world);
    canary.emitted({ channel: "output", world, text: "try 042917" });
    expect(leaks().map(({ kind }) => kind)).toEqual(["code"]);
  });

  test("raises no alarm at hashes, ids, phones in an account, and the codes of errors", () => {
    const { canary, leaks } = openCanary();
    const [secret, phone] = [random(), "+15550173322"];
    canary.learnFrom({
      challengeSecret: secret,
      phone,
      code: "UNSUPPORTED_MEDIA_TYPE",
      id: crypto.randomUUID(),
    });
    canary.learnFrom({ initData: `auth_date=1&hash=${"0".repeat(64)}` });
    canary.emitted({ channel: "table", place: "catalog.product.attributes", text: `1${"0".repeat(40)}` });
    const hash = new Bun.CryptoHasher("sha256", secret).update(secret).digest("base64url");
    canary.emitted({ channel: "table", place: "auth.challenge.secret_hash", text: hash });
    canary.emitted({ channel: "table", place: "auth.app_user.phone", text: phone });
    canary.emitted({
      channel: "error",
      text: JSON.stringify({ code: "UNSUPPORTED_MEDIA_TYPE", requestId: hash }),
    });
    expect(leaks()).toEqual([]);
  });
});

describe("the verdict", () => {
  test("names kind and place, never the secret, and counts as one failed test", () => {
    const { canary, found } = openCanary();
    const [secret, password, code] = [random(), "tram oak lamp seventeen", "042917"];
    canary.learn("challenge secret", secret);
    canary.learn("password", password);
    canary.learn("code", code);
    canary.emitted({ channel: "output", text: `no such thing as ${secret}, ${password} or ${code}` });
    const { failed, text } = verdictOf(found());
    expect(failed).toBe(1);
    expect(text.split("\n").toSorted()).toEqual([
      "  challenge secret in output: no such thing as $, … or #",
      "  code in output: no such thing as $, … or #",
      "  password in output: no such thing as $, … or #",
      "canary: 3 secrets of 3 kinds looked for in 1 line, 0 tables: found in 3 places",
    ]);
    for (const hidden of [secret, password, code]) expect(text).not.toContain(hidden);
  });

  test("says how much was looked at, and what could not be", () => {
    const { canary, found } = openCanary();
    canary.learn("challenge secret", random());
    canary.emitted({ channel: "log", text: "nothing" });
    canary.count({ tables: 2, unread: 1 });
    expect(verdictOf(found())).toEqual({
      failed: 0,
      text: "canary: 1 secret of 1 kind looked for in 1 line, 2 tables (1 database gone before): none found",
    });
  });
});

describe("the canary over the doors of the suite", () => {
  const doors = {
    LOG: "log: somebody signed in",
    LOG_ERROR: "log: it failed",
    EVENT: "event: user.updated",
    BROADCAST: "event: sessions",
    STORE_KEY: "store: attempts:$",
    STORE_VALUE: "store: $",
    ERROR: "error: VALIDATION",
    API_ERROR: "error: VALIDATION",
    CELL: "table: people.person.name",
    JSON_CELL: "table: people.person.facts",
    LIST_CELL: "table: people.person.notes",
    OUTPUT: "output: $: there is no such service.",
    COMMAND: "command: $",
    ...(redisServer === null ? {} : { REDIS_KEY: "store: code:$", REDIS_VALUE: "store: $" }),
  };

  test("finds a leak by each of them, though the process was killed at its end", async () => {
    const folder = openFolder();
    const secrets = Object.keys(doors).map((name) => [name, random()] as const);
    const witness = createCanary(folder);
    for (const [, secret] of secrets) witness.learn("receipt secret", secret);
    witness.flush();
    const program = Bun.spawn([process.execPath, join(import.meta.dir, "planted-leaks.ts")], {
      env: {
        ...process.env,
        ...Object.fromEntries(secrets.map(([name, secret]) => [`PLANTED_${name}`, secret])),
        TEST_DATABASE_URL: await testServer(),
        [CANARY_VARIABLE]: folder,
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    await program.exited;
    const { leaks, looked } = search(folder);
    const places = leaks
      .filter(({ kind }) => kind === "receipt secret")
      .map(({ channel, place }) => `${channel}: ${place}`);
    for (const [name, expected] of Object.entries(doors))
      expect({ name, places: places.filter((place) => place.startsWith(expected)) }).not.toEqual({
        name,
        places: [],
      });
    const learnedByName = new Set(leaks.map(({ kind }) => kind));
    for (const kind of ["challenge secret", "password", "pepper or key", "internal token"] as const)
      expect(learnedByName).toContain(kind);
    expect(looked).toMatchObject({ tables: 2, unread: 0 });
  });
});
