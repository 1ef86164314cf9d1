import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventEnvelopeSchema } from "../shared/contracts/envelope.ts";
import { readEvent, userSnapshotSchema } from "../shared/contracts/events.ts";
import { usersPageSchema } from "../shared/contracts/internal-api.ts";
import { newId } from "../shared/kernel/ids.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { stepsOf } from "./testing/sign-in.ts";

const ADMIN_PHONE = "+4915155500000";

let harness: AuthHarness;
let steps: ReturnType<typeof stepsOf>;
let admin: { accessToken: string; user: { id: string } };
beforeAll(async () => {
  harness = await startAuth({ environment: { ADMIN_PHONES: ADMIN_PHONE } });
  steps = stepsOf(harness);
  admin = (await steps.signUpProved(personOf(1, "Root"), ADMIN_PHONE)).body;
}, SET_UP_TIMEOUT_MS);
afterAll(() => harness.close(), SET_UP_TIMEOUT_MS);

let people = 7_000;
const signUp = async (name = "Grace") => {
  people += 1;
  const phone = `+4915400${people}`;
  const { body } = await steps.signUp(personOf(people, name), phone);
  return {
    phone,
    ...(body as { accessToken: string; refreshToken: string; user: { id: string; version: number } }),
  };
};
const patchMe = (token: string, body: unknown) => harness.call("PATCH", "/v1/users/me", { token, body });
const patchUser = (id: string, body: unknown, token = admin.accessToken) =>
  harness.call("PATCH", `/v1/users/${id}`, { token, body });

const userEvents = async (id: string) => {
  const { rows } = await harness.database.db.execute<{ event: unknown }>(
    `select event from outbox where aggregate = '${id}' order by position`,
  );
  return rows.map(({ event }) => readEvent(eventEnvelopeSchema.parse(event)));
};

describe("the own profile", () => {
  test("is changed field by field, by PATCH and by PUT, and every change is told", async () => {
    const { accessToken, user } = await signUp();
    const first = await patchMe(accessToken, { name: "Grace Hopper", timezone: "America/New_York" });
    expect(first.body).toMatchObject({ name: "Grace Hopper", timezone: "America/New_York", version: 2 });
    const second = await harness.call("PUT", "/v1/users/me", {
      token: accessToken,
      body: { username: "grace", email: "grace@example.org", language: "en-US" },
    });
    expect(second.body).toMatchObject({ name: "Grace Hopper", username: "grace", version: 3 });
    const events = await userEvents(user.id);
    expect(events.map((event) => [event?.type, event?.sequence])).toEqual([
      ["user.created", 1],
      ["user.updated", 2],
      ["user.updated", 3],
    ]);
  });

  test("takes no text that cannot be stored", async () => {
    const { accessToken } = await signUp();
    for (const name of ["a\0", "a\ud800", "two\nlines", " "])
      expect((await patchMe(accessToken, { name })).status).toBe(422);
    const search = await harness.call("GET", "/v1/users?q=a%00", { token: admin.accessToken });
    expect(search.status).toBe(422);
  });

  test("stays at its version when nothing changes", async () => {
    const { accessToken } = await signUp();
    expect((await patchMe(accessToken, { name: "Grace" })).body.version).toBe(1);
    expect((await patchMe(accessToken, {})).body.version).toBe(1);
  });

  test("refuses what does not fit, and fields that are not the person's to set", async () => {
    const { accessToken } = await signUp();
    const wrong = [
      { timezone: "Mars/Olympus" },
      { email: "nobody" },
      { username: "a" },
      { language: "English" },
      { name: " " },
      { role: "admin" },
      { phone: "+4915100000000" },
    ];
    for (const body of wrong) expect((await patchMe(accessToken, body)).status).toBe(422);
  });

  test("refuses a username that is taken, whatever its case", async () => {
    const [first, second] = [await signUp(), await signUp()];
    await patchMe(first.accessToken, { username: "Turing" });
    const taken = await patchMe(second.accessToken, { username: "turing" });
    expect(taken.status).toBe(409);
    expect(taken.body.code).toBe("CONFLICT");
  });

  test("is for who is signed in", async () => {
    expect((await harness.call("GET", "/v1/users/me")).status).toBe(401);
  });
});

describe("an admin", () => {
  test("finds users by the start of a phone and a part of a name, page by page", async () => {
    const found = [await signUp("Zuse K"), await signUp("Zuse L"), await signUp("Zuse M")];
    const list = (query: string) => harness.call("GET", `/v1/users?${query}`, { token: admin.accessToken });
    const first = await list("q=zuse&limit=2");
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual([
      found[2]?.user.id,
      found[1]?.user.id,
    ]);
    const second = await list(`q=zuse&limit=2&cursor=${first.body.nextCursor}`);
    expect(second.body.items.map(({ id }: { id: string }) => id)).toEqual([found[0]?.user.id]);
    expect(second.body.nextCursor).toBe(null);
    const phone = found[0]?.phone ?? "";
    const byPhone = await list(`q=${encodeURIComponent(phone)}`);
    expect(byPhone.body.items).toMatchObject([{ phone }]);
    expect((await list("q=%25")).body.items).toEqual([]);
    expect((await list("role=admin")).body.items).toMatchObject([{ id: admin.user.id }]);
    expect((await list("cursor=garbage")).status).toBe(422);
    expect((await list("limit=101")).status).toBe(422);
  });

  test("reads one user", async () => {
    const { user } = await signUp();
    const read = (id: string) => harness.call("GET", `/v1/users/${id}`, { token: admin.accessToken });
    expect((await read(user.id)).body.id).toBe(user.id);
    expect((await read(crypto.randomUUID())).status).toBe(404);
  });

  test("gives a role, which the next access token says", async () => {
    const { accessToken, refreshToken, user } = await signUp();
    const changed = await patchUser(user.id, { role: "staff" });
    expect(changed.body).toMatchObject({ role: "staff", version: 2 });
    expect((await userEvents(user.id)).at(-1)).toMatchObject({
      type: "user.updated",
      data: { user: { role: "staff", version: 2 } },
    });
    expect((await harness.call("GET", "/v1/users/me", { token: accessToken })).status).toBe(200);
    const pair = await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } });
    const found = await harness.call("POST", "/v1/auth/verify", { body: { token: pair.body.accessToken } });
    expect(found.body.role).toBe("staff");
  });

  test("takes a role away, and the sessions that say otherwise with it", async () => {
    const { user, phone } = await signUp();
    await patchUser(user.id, { role: "admin" });
    const { accessToken, refreshToken } = (await steps.signIn(phone)).body;
    expect((await harness.call("GET", "/v1/users", { token: accessToken })).status).toBe(200);
    await patchUser(user.id, { role: "customer" });
    expect((await harness.call("GET", "/v1/users", { token: accessToken })).status).toBe(401);
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(401);
  });

  test("blocks somebody, who is out at once and gets no code any more", async () => {
    const { accessToken, refreshToken, user, phone } = await signUp();
    const asked = await steps.request({ phone });
    const code = await steps.codeFor(asked);
    await patchUser(user.id, { status: "blocked" });
    expect((await harness.call("GET", "/v1/users/me", { token: accessToken })).status).toBe(401);
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(401);
    expect((await steps.verify(asked, code)).body.code).toBe("OTP_INVALID");
    const account = personOf(people);
    const link = await steps.request({ link: true });
    expect((await steps.open(link, account)).body.outcome).toBe("blocked");
    expect((await steps.shareContact(account, phone)).body.outcome).toBe("blocked");
    await patchUser(user.id, { status: "active" });
    expect((await steps.signIn(phone)).status).toBe(200);
  });

  test("cannot change themselves", async () => {
    expect((await patchUser(admin.user.id, { role: "customer" })).status).toBe(409);
    expect((await patchUser(crypto.randomUUID(), { role: "staff" })).status).toBe(404);
    expect((await patchUser(admin.user.id, { role: "root" })).status).toBe(422);
  });

  test("is more than staff and customers", async () => {
    const { accessToken, user, phone } = await signUp();
    expect((await harness.call("GET", "/v1/users", { token: accessToken })).status).toBe(403);
    await patchUser(user.id, { role: "staff" });
    const staff = (await steps.signIn(phone)).body.accessToken;
    expect((await harness.call("GET", "/v1/users", { token: staff })).status).toBe(403);
    expect((await patchUser(user.id, { role: "admin" }, staff)).status).toBe(403);
  });
});

describe("an account that is deleted", () => {
  const rowOf = async (id: string) =>
    (await harness.database.db.execute(`select * from app_user where id = '${id}'`)).rows[0];

  test("by its owner is empty, signed out and told of, and the person may begin anew", async () => {
    const { accessToken, refreshToken, user, phone } = await signUp("Erased");
    const account = personOf(people, "Erased");
    await patchMe(accessToken, { username: "erased.one", email: "erased@example.org" });
    expect((await harness.call("DELETE", "/v1/users/me", { token: accessToken })).status).toBe(202);
    expect((await harness.call("GET", "/v1/users/me", { token: accessToken })).status).toBe(401);
    expect((await harness.call("POST", "/v1/auth/refresh", { body: { refreshToken } })).status).toBe(401);
    expect(JSON.stringify(await rowOf(user.id))).not.toMatch(/rased|\+49/);
    expect((await userEvents(user.id)).at(-1)).toMatchObject({
      type: "user.deleted",
      data: { id: user.id, version: 3 },
    });
    expect((await harness.internal("GET", `/internal/users/${user.id}`)).status).toBe(404);
    const again = await steps.signUp(account, phone);
    expect(again.body.user.id).not.toBe(user.id);
  });

  test("by an admin is gone for admins too; their own they cannot delete", async () => {
    const { user } = await signUp();
    const remove = (id: string) => harness.call("DELETE", `/v1/users/${id}`, { token: admin.accessToken });
    const first = await remove(user.id);
    expect(first).toMatchObject({ status: 202, body: { state: "running", receiptSecret: null } });
    expect(await remove(user.id)).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect((await remove(newId())).status).toBe(404);
    expect((await harness.call("GET", `/v1/users/${user.id}`, { token: admin.accessToken })).status).toBe(
      404,
    );
    expect((await remove(admin.user.id)).status).toBe(409);
    expect((await harness.call("DELETE", "/v1/users/me", { token: admin.accessToken })).status).toBe(409);
  });
});

test("security events are listed for admins, newest first, page by page", async () => {
  const { accessToken, user } = await signUp();
  await patchUser(user.id, { role: "staff" });
  const list = (query: string, token = admin.accessToken) =>
    harness.call("GET", `/v1/audit?userId=${user.id}&${query}`, { token });
  const first = await list("limit=2");
  const kindsOf = (answer: typeof first) => answer.body.items.map(({ kind }: { kind: string }) => kind);
  expect(first.body.items[0]).toMatchObject({ actorId: admin.user.id, detail: "customer → staff" });
  expect(kindsOf(first)).toEqual(["role-changed", "signed-in"]);
  const second = await list(`limit=2&cursor=${first.body.nextCursor}`);
  expect(kindsOf(second)).toEqual(["phone-bound", "user-created"]);
  expect(second.body.nextCursor).toBe(null);
  expect(kindsOf(await list("kind=signed-in"))).toEqual(["signed-in"]);
  expect((await list("kind=nonsense")).status).toBe(422);
  expect((await list("", accessToken)).status).toBe(403);
});

describe("other services", () => {
  test("read one user and page through all of them in the form of the contract", async () => {
    const { user } = await signUp();
    const one = await harness.internal("GET", `/internal/users/${user.id}`);
    expect(userSnapshotSchema.parse(one.body).id).toBe(user.id);
    expect((await harness.internal("GET", `/internal/users/${crypto.randomUUID()}`)).status).toBe(404);
    const all = usersPageSchema.parse((await harness.internal("GET", "/internal/users")).body);
    expect(all.items.map(({ id }) => id)).toContain(user.id);
    expect(all.items.map(({ id }) => id)).toEqual(all.items.map(({ id }) => id).sort());
    expect(all.nextCursor).toBe(null);
  });

  test("are told of an erased account by its id and its version, and of nothing else", async () => {
    const { user, accessToken } = await signUp();
    expect((await harness.call("DELETE", "/v1/users/me", { token: accessToken })).status).toBe(202);
    const all = usersPageSchema.parse((await harness.internal("GET", "/internal/users")).body);
    expect(all.items.map(({ id }) => id)).not.toContain(user.id);
    expect(all.gone).toContainEqual({ id: user.id, version: user.version + 1 });
  });

  test("need the internal token", async () => {
    const account = personOf(3);
    const calls: [string, string, unknown?][] = [
      ["POST", "/internal/telegram/links", { nonce: "x", account }],
      ["POST", "/internal/telegram/contacts", { phone: "+4915100000000", account }],
      ["POST", `/internal/challenges/${crypto.randomUUID()}/deny`, { telegramUserId: 3 }],
      ["GET", "/internal/users"],
      ["GET", `/internal/users/${crypto.randomUUID()}`],
      ["GET", "/internal/sessions/revoked"],
    ];
    for (const [method, path, body] of calls) {
      const answer = await harness.call(method, path, { body, token: admin.accessToken });
      expect({ path, status: answer.status }).toEqual({ path, status: 401 });
    }
  });
});

test("a phone added to ADMIN_PHONES makes its owner an admin at the next start", async () => {
  const first = await startAuth();
  const phone = "+4915155511111";
  const { body } = await stepsOf(first).signUp(personOf(2), phone);
  expect(body.user.role).toBe("customer");
  await first.auth.stop();
  const second = await startAuth({ environment: { ADMIN_PHONES: phone }, database: first.database });
  const read = await second.internal("GET", `/internal/users/${body.user.id}`);
  expect(read.body).toMatchObject({ role: "admin", version: 2 });
  await second.close();
});
