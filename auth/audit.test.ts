import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import type { TelegramAccount } from "../shared/contracts/internal-api.ts";
import { auditEvent } from "./store/schema.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { type OidcWorld, openOidcWorld, somebody as somebodyAtProvider } from "./testing/oidc-world.ts";
import { otherThan, stepsOf } from "./testing/sign-in.ts";
import { signInitData, signWidget } from "./testing/telegram-signer.ts";

const PASSWORD = "correct horse battery staple";
const WEBAPP_KEY = Buffer.alloc(32, 7);
const WIDGET_KEY = Buffer.alloc(32, 9);
const USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const HERE = { "x-client-ip": "203.0.113.7", "user-agent": USER_AGENT };

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
beforeAll(async () => {
  harness = await startAuth({
    environment: {
      PASSWORD_LOGIN: "on",
      AUTH_TELEGRAM_WIDGET: "on",
      TELEGRAM_WEBAPP_KEY: WEBAPP_KEY.toString("hex"),
      TELEGRAM_WIDGET_KEY: WIDGET_KEY.toString("hex"),
    },
  });
  steps = stepsOf(harness);
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 7_600;
/** Somebody with an account and nothing else. */
const somebody = async () => {
  people += 1;
  const [account, phone] = [personOf(people), `+4915800${people}`];
  const { body } = await steps.signUp(account, phone);
  return { account, phone, userId: String(body.user.id), token: String(body.accessToken) };
};

interface Row extends Record<string, unknown> {
  readonly kind: string;
  readonly user: string | null;
  readonly chat: number | null;
  readonly ip: string | null;
  readonly agent: string | null;
  readonly detail: string | null;
}
/** The newest security event. */
const newest = async ({ database }: Pick<AuthHarness, "database"> = harness): Promise<Row | undefined> => {
  const { rows } = await database.db.execute<Row>(sql`
    select kind, user_id as user, telegram_user_id::float8 as chat, ip, user_agent as agent, detail
    from audit_event order by id desc limit 1`);
  return rows[0];
};

const secondsNow = () => Math.floor(harness.clock.now().getTime() / 1_000);
const miniApp = ({ id }: TelegramAccount, key = WEBAPP_KEY) => {
  const fields = { user: JSON.stringify({ id, first_name: "Ada" }), auth_date: secondsNow() };
  const body = { initData: signInitData(fields, key) };
  return harness.call("POST", "/v1/auth/telegram/miniapp", { body, headers: HERE });
};
const widget = ({ id }: TelegramAccount, ageSeconds = 0) => {
  const body = signWidget({ id, first_name: "Ada", auth_date: secondsNow() - ageSeconds }, WIDGET_KEY);
  return harness.call("POST", "/v1/auth/telegram/widget", { body, headers: HERE });
};
const login = (username: string, password: string) =>
  harness.call("POST", "/v1/auth/login", { body: { username, password }, headers: HERE });

const asked = async (phone: string) => {
  const challenge = await steps.request({ phone });
  return { challenge, code: await steps.codeFor(challenge) };
};

type Person = Awaited<ReturnType<typeof somebody>>;

/** What happens, whether it is a success, and what is written down besides who and where. */
const outcomes: readonly [
  what: string,
  happen: (person: Person) => Promise<{ status: number }>,
  status: number,
  kind: string,
  detail: string | null,
][] = [
  [
    "a right code",
    async ({ phone }) => {
      const { challenge, code } = await asked(phone);
      return steps.verify(challenge, code, HERE);
    },
    ...([200, "signed-in", "code"] as const),
  ],
  [
    "a wrong code",
    async ({ phone }) => {
      const { challenge, code } = await asked(phone);
      return steps.verify(challenge, otherThan(code), HERE);
    },
    ...([401, "code-refused", null] as const),
  ],
  [
    "a right code for an account that was barred meanwhile",
    async ({ phone, userId }) => {
      const { challenge, code } = await asked(phone);
      await harness.database.db.execute(sql`update app_user set status = 'blocked' where id = ${userId}`);
      return steps.verify(challenge, code, HERE);
    },
    ...([401, "sign-in-refused", "code for login: right, and too late"] as const),
  ],
  ["a Mini App", ({ account }) => miniApp(account), ...([200, "signed-in", "mini-app"] as const)],
  [
    "a Mini App of somebody who is barred",
    async ({ account, userId }) => {
      await harness.database.db.execute(sql`update app_user set status = 'blocked' where id = ${userId}`);
      return miniApp(account);
    },
    ...([401, "sign-in-refused", "mini-app: blocked"] as const),
  ],
  ["the widget", ({ account }) => widget(account), ...([200, "signed-in", "login-widget"] as const)],
  [
    "a stale widget",
    ({ account }) => widget(account, 301),
    ...([401, "sign-in-refused", "login-widget: stale"] as const),
  ],
  [
    "a right password",
    async (person) => login(await withPassword(person), PASSWORD),
    ...([200, "signed-in", "password"] as const),
  ],
  [
    "a wrong password",
    async (person) => login(await withPassword(person), `not ${PASSWORD}`),
    ...([401, "password-refused", null] as const),
  ],
  [
    "a fresh code",
    async ({ token }) => {
      const challenge = await steps.requestStepUp(token, "password.set");
      return steps.verify(challenge, await steps.codeFor(challenge), { ...HERE, ...steps.bearer(token) });
    },
    ...([200, "stepped-up", "password.set"] as const),
  ],
];

const withPassword = async ({ token, account }: Person): Promise<string> => {
  const username = `person.${account.id}`;
  await harness.call("PATCH", "/v1/users/me", { token, body: { username } });
  const proved = (await steps.stepUp(token, "password.set")).body.accessToken;
  const path = "/v1/users/me/password";
  expect((await harness.call("PUT", path, { token: proved, body: { password: PASSWORD } })).status).toBe(204);
  return username;
};

describe("auth-24: written down with method, account, chat, address, program and result is", () => {
  test.each(outcomes)("%s", async (_what, happen, status, kind, detail) => {
    const person = await somebody();
    expect((await happen(person)).status).toBe(status);
    expect(await newest()).toEqual({
      ...{ kind, detail, user: person.userId },
      ...{ chat: person.account.id, ip: "203.0.113.7", agent: USER_AGENT },
    });
  });

  test("data that are nobody's, with no account and no chat", async () => {
    const person = await somebody();
    expect((await miniApp(person.account, WIDGET_KEY)).status).toBe(401);
    expect(await newest()).toEqual({
      ...{ kind: "sign-in-refused", user: null, chat: null, detail: "mini-app: not Telegram's" },
      ...{ ip: "203.0.113.7", agent: USER_AGENT },
    });
  });

  test("a guess at a sign-in that nobody has opened, with no account; not one without the sign-in's secret", async () => {
    const challenge = await steps.request({ phone: "+4915899999999" });
    await steps.verify(challenge, "123456", HERE);
    const written = {
      ...{ kind: "code-refused", user: null, chat: null, detail: null },
      ...{ ip: "203.0.113.7", agent: USER_AGENT },
    };
    expect(await newest()).toEqual(written);
    const count = () => harness.database.db.$count(auditEvent);
    const before = await count();
    const body = { ...challenge.body, challengeSecret: "a stranger's" };
    expect((await steps.verify({ ...challenge, body }, "123456", HERE)).status).toBe(401);
    expect(await count()).toBe(before);
  });

  test("“Not me”, a phone that was shared and refused, and one that was bound", async () => {
    const person = await somebody();
    const { challenge } = await asked(person.phone);
    const chat = person.account.id;
    const path = `/internal/challenges/${challenge.body.challengeId}/deny`;
    await harness.internal("POST", path, { telegramUserId: chat });
    expect(await newest()).toMatchObject({ kind: "challenge-denied", chat });
    for (const problem of ["forwarded", "not-own", "nothing-pending"]) {
      await harness.internal("POST", "/internal/telegram/refused-contacts", {
        telegramUserId: chat,
        problem,
      });
      expect(await newest()).toMatchObject({
        kind: "contact-refused",
        user: person.userId,
        chat,
        detail: problem,
      });
    }
    const refused = { telegramUserId: chat, problem: "A whole sentence." };
    const answer = await harness.internal("POST", "/internal/telegram/refused-contacts", refused);
    expect(answer.status).toBe(422);
  });
});

describe("auth-24: a sign-in with a provider", () => {
  let world: OidcWorld;
  beforeAll(async () => {
    world = await openOidcWorld();
  }, SET_UP_TIMEOUT_MS);
  afterAll(() => world.close(), SET_UP_TIMEOUT_MS);

  test("is written down, done or refused, with the chat where it has one", async () => {
    const about = somebodyAtProvider();
    const signedIn = await world.telegram.signIn(about);
    const user = signedIn.body.user.id;
    expect(await newest(world.harness)).toMatchObject({
      ...{ kind: "signed-in", detail: "telegram-oidc", user, chat: about.id, ip: expect.any(String) },
    });
    await world.harness.database.db.execute(sql`update app_user set status = 'blocked' where id = ${user}`);
    expect((await world.telegram.signIn(about)).status).toBe(401);
    expect(await newest(world.harness)).toMatchObject({
      ...{
        kind: "sign-in-refused",
        detail: "telegram: blocked or used",
        chat: about.id,
        ip: expect.any(String),
      },
    });
  });

  test("auth-22: begins no admin's rights, though its phone makes an admin", async () => {
    const admin = await world.telegram.signIn(somebodyAtProvider({ phone_number: "491510000001" }));
    const { accessToken: token, user } = admin.body;
    expect(user.role).toBe("admin");
    const refused = await world.harness.call("GET", "/v1/users", { token });
    expect(refused.body).toMatchObject({ code: "STEP_UP_REQUIRED", action: "admin.sign-in" });
    const proved = await stepsOf(world.harness).stepUp(token, "admin.sign-in");
    const { accessToken } = proved.body;
    expect((await world.harness.call("GET", "/v1/users", { token: accessToken })).status).toBe(200);
  });
});
