import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "drizzle-orm";
import { unavailable } from "../shared/kernel/errors.ts";
import { newId } from "../shared/kernel/ids.ts";
import type { Limits } from "../shared/ports/limits.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { type AuthHarness, personOf, SET_UP_TIMEOUT_MS, startAuth } from "./testing/auth-harness.ts";
import { createFakePeople } from "./testing/fake-people.ts";
import { stepsOf } from "./testing/sign-in.ts";

setDefaultTimeout(30_000);

const ADMIN_PHONE = "+4915155500000";
/** Past everything that waits. */
const A_WHILE_MS = 20_000;
const AGENT = "Canary-Agent/1.0";
const ADDRESS = "203.0.113.77";

const openShop = async (limits?: Limits) => {
  const others = {
    catalog: createFakePeople("catalog"),
    inventory: createFakePeople("inventory"),
    orders: createFakePeople("orders", { pages: 3 }),
    notify: createFakePeople("notify"),
  };
  // Sign-in talks to the harness's own notify: what is about people goes to the fake one.
  let signInNotify: AuthHarness["notify"] | undefined;
  const harness: AuthHarness = await startAuth({
    environment: { ADMIN_PHONES: ADMIN_PHONE, ...(limits === undefined ? {} : { RATE_LIMITS: "on" }) },
    ...(limits === undefined ? {} : { limits }),
    services: {
      catalog: others.catalog.fetch,
      inventory: others.inventory.fetch,
      orders: others.orders.fetch,
      notify: (request) =>
        new URL(request.url).pathname.startsWith("/internal/people/")
          ? others.notify.fetch(request)
          : (signInNotify?.fetch(request) ?? Promise.reject(new Error("not yet"))),
    },
  });
  signInNotify = harness.notify;
  return { others, harness, steps: stepsOf(harness), close: harness.close };
};
const open = closedAfterEach(openShop);
type Shop = Awaited<ReturnType<typeof openShop>>;

let people = 100;
const signUp = async ({ steps }: Shop) => {
  people += 1;
  const account = personOf(people, "Canary");
  const phone = `+49151555${people}00`;
  return { account, phone, ...(await steps.signUp(account, phone)).body };
};

const receiptOf = ({ harness }: Shop, id: string, secret?: string, token?: string) =>
  harness.call("GET", `/v1/users/erasures/${id}`, {
    token,
    ...(secret === undefined ? {} : { headers: { "x-receipt-secret": secret } }),
  });

/** Lets time pass until the receipt is so. */
const untilReceipt = (
  shop: Shop,
  begun: { id: string; receiptSecret: string },
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields that it expects.
  isSo: (receipt: any) => boolean,
  what: string,
) =>
  waitFor(
    async () => {
      const { body } = await receiptOf(shop, begun.id, begun.receiptSecret);
      if (isSo(body)) return body;
      shop.harness.clock.advance(A_WHILE_MS);
      return false;
    },
    { what, timeoutMs: 15_000 },
  );
const untilDone = (shop: Shop, begun: { id: string; receiptSecret: string }) =>
  untilReceipt(
    shop,
    begun,
    ({ state, lastMessage }) => state === "done" && lastMessage === "sent",
    "a done erasure",
  );

const allAsked = ({ others }: Shop, times: number) =>
  waitFor(() => Object.values(others).every(({ asked }) => asked.length >= times), {
    what: `everybody to be asked ${times} times`,
  });

describe("an erasure over all services", () => {
  test("is answered at once, asks everybody until they are done, and says so in the chat at last", async () => {
    const shop = await open();
    const { accessToken, account, user } = await signUp(shop);
    const begun = await shop.harness.call("DELETE", "/v1/users/me", {
      token: accessToken,
      body: { confirm: "erase" },
    });
    expect(begun).toMatchObject({ status: 202, body: { state: "running" } });
    await allAsked(shop, 1);
    const { body: running } = await receiptOf(shop, begun.body.id, begun.body.receiptSecret);
    expect(running).toMatchObject({
      state: "running",
      userId: user.id,
      requestedBy: "person",
      doneAt: null,
      lastMessage: null,
    });
    expect(shop.others.orders.asked[0]).toEqual({
      erasureId: begun.body.id,
      userVersion: user.version + 1,
      telegramUserId: account.id,
    });
    const done = await untilDone(shop, begun.body);
    expect(done.services.map(({ service, state }: Record<string, string>) => [service, state])).toEqual([
      ["auth", "done"],
      ["catalog", "done"],
      ["inventory", "done"],
      ["notify", "done"],
      ["orders", "done"],
    ]);
    expect(JSON.stringify(done)).toContain("things of orders");
    expect(shop.others.notify.farewells).toEqual([
      { erasureId: begun.body.id, chatId: account.id, language: "en" },
    ]);
    const { rows } = await shop.harness.database.db.execute(
      sql`select telegram_user_id, language from erasure`,
    );
    expect(rows).toEqual([{ telegram_user_id: null, language: null }]);
  });

  test("waits for a service that is away while the others go on, and ends by itself when it is back", async () => {
    const shop = await open();
    shop.others.catalog.state.reachable = false;
    const { accessToken } = await signUp(shop);
    const { body } = await shop.harness.call("DELETE", "/v1/users/me", { token: accessToken });
    await waitFor(() => shop.others.orders.asked.length >= 1, { what: "orders to be asked" });
    const halfway = await untilReceipt(
      shop,
      body,
      ({ services }) => services.filter(({ state }: { state: string }) => state === "done").length === 4,
      "all services but one",
    );
    expect(halfway.state).toBe("running");
    shop.others.catalog.state.reachable = true;
    await untilDone(shop, body);
  });

  test("goes on in another instance when the one that began it is gone", async () => {
    const shop = await open();
    for (const other of Object.values(shop.others)) other.state.reachable = false;
    const { accessToken } = await signUp(shop);
    const { body } = await shop.harness.call("DELETE", "/v1/users/me", { token: accessToken });
    await shop.harness.auth.stop();
    for (const other of Object.values(shop.others)) other.state.reachable = true;
    await shop.harness.auth.start();
    await untilDone(shop, body);
  });

  test("is one however often it is asked for, by whomever", async () => {
    const shop = await open();
    const admin = (await shop.steps.signUpProved(personOf(1, "Root"), ADMIN_PHONE)).body;
    const { accessToken, user } = await signUp(shop);
    const mine = () => shop.harness.call("DELETE", "/v1/users/me", { token: accessToken });
    const answers = await Promise.all([mine(), mine(), mine()]);
    const begun = answers.filter(({ status }) => status === 202);
    expect(new Set(begun.map(({ body }) => body.id)).size).toBe(1);
    expect(begun.filter(({ body }) => body.receiptSecret !== null).length).toBe(1);
    const again = await shop.harness.call("DELETE", `/v1/users/${user.id}`, { token: admin.accessToken });
    expect(again).toMatchObject({ status: 202, body: { id: begun[0]?.body.id, receiptSecret: null } });
  });

  test("opens its receipt to its secret and to admins, and to nobody else", async () => {
    const shop = await open();
    const admin = (await shop.steps.signUpProved(personOf(1, "Root"), ADMIN_PHONE)).body;
    const [person, stranger] = [await signUp(shop), await signUp(shop)];
    const { body } = await shop.harness.call("DELETE", "/v1/users/me", { token: person.accessToken });
    expect((await receiptOf(shop, body.id, body.receiptSecret)).status).toBe(200);
    expect((await receiptOf(shop, body.id, undefined, admin.accessToken)).status).toBe(200);
    for (const refused of [
      receiptOf(shop, body.id),
      receiptOf(shop, body.id, ""),
      receiptOf(shop, body.id, "guess"),
      receiptOf(shop, body.id, undefined, stranger.accessToken),
      receiptOf(shop, newId(), body.receiptSecret),
      receiptOf(shop, newId(), newId()),
    ])
      expect((await refused).status).toBe(404);
    const { rows } = await shop.harness.database.db.execute(sql`select * from erasure`);
    expect(JSON.stringify(rows)).not.toContain(body.receiptSecret);
  });

  test("wants a word of confirmation from whoever signed in a while ago", async () => {
    const shop = await open();
    const { accessToken } = await signUp(shop);
    shop.harness.clock.advance(11 * 60_000);
    const remove = (body?: unknown) =>
      shop.harness.call("DELETE", "/v1/users/me", { token: accessToken, body });
    expect(await remove()).toMatchObject({
      status: 422,
      body: { code: "VALIDATION", errors: [{ pointer: "/body/confirm" }] },
    });
    expect((await remove({})).status).toBe(422);
    expect((await remove({ confirm: "yes" })).status).toBe(422);
    expect((await remove({ confirm: "erase" })).status).toBe(202);
  });

  test("leaves no address, no device, no phone and no Telegram account in auth, and keeps the facts", async () => {
    const shop = await open();
    const { account, phone, user } = await signUp(shop);
    const asked = await shop.steps.request({ phone }, { "user-agent": AGENT, "x-client-ip": ADDRESS });
    const signedIn = await shop.steps.verify(asked, await shop.steps.codeFor(asked), {
      "user-agent": AGENT,
      "x-client-ip": ADDRESS,
    });
    const { accessToken } = signedIn.body;
    await shop.steps.request({ phone }, { "user-agent": AGENT, "x-client-ip": ADDRESS });
    const { body } = await shop.harness.call("DELETE", "/v1/users/me", { token: accessToken });
    await untilDone(shop, body);
    const { rows: tables } = await shop.harness.database.db.execute<{ name: string }>(
      sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const { rows } = await shop.harness.database.db.execute(sql`select * from ${sql.identifier(name)}`);
      const text = JSON.stringify(rows);
      for (const canary of ["Canary", ADDRESS, phone, `:${account.id},`, `:"${account.id}"`])
        expect({ name, canary, there: text.includes(canary) }).toEqual({ name, canary, there: false });
    }
    const { rows: facts } = await shop.harness.database.db.execute(
      sql`select kind from audit_event where user_id = ${user.id} order by id`,
    );
    expect(facts.map(({ kind }) => kind)).toContain("user-deleted");
    expect(facts.map(({ kind }) => kind)).toContain("signed-in");
  });
});

describe("an export", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await openShop();
  }, SET_UP_TIMEOUT_MS);
  afterAll(() => shop.close(), SET_UP_TIMEOUT_MS);

  const exportFor = (token?: string) => shop.harness.call("GET", "/v1/users/me/export", { token });

  test("holds every page of every service, and every part that there could be", async () => {
    const { accessToken, user, phone } = await signUp(shop);
    const { status, body, headers } = await exportFor(accessToken);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toMatchObject({ format: "kiosk-export/1", userId: user.id });
    expect(Object.keys(body.services)).toEqual(["auth", "catalog", "inventory", "orders", "notify"]);
    expect(body.services.orders).toEqual({
      things: [1, 2, 3].map((page) => ({ service: "orders", page })),
      nothings: [],
    });
    expect(body.services.auth.profile).toMatchObject([{ id: user.id, phone, name: "Canary" }]);
    expect(body.services.auth.sessions.length).toBe(1);
    expect(body.services.auth.audit.map(({ kind }: { kind: string }) => kind)).toContain("signed-in");
    expect(JSON.stringify(body)).not.toMatch(/secretHash|nonceHash/);
  });

  test("is a 503 that names the service where one does not answer, and never a part of it", async () => {
    const { accessToken } = await signUp(shop);
    shop.others.notify.state.reachable = false;
    const { status, body } = await exportFor(accessToken);
    shop.others.notify.state.reachable = true;
    expect({ status, code: body.code }).toEqual({ status: 503, code: "UNAVAILABLE" });
    expect(body.detail).toContain("notify");
    expect((await exportFor(accessToken)).status).toBe(200);
  });

  test("is of nobody but the caller", async () => {
    const [one, other] = [await signUp(shop), await signUp(shop)];
    expect((await exportFor()).status).toBe(401);
    expect(JSON.stringify((await exportFor(one.accessToken)).body)).not.toContain(other.user.id);
    expect(
      (await shop.harness.call("GET", `/v1/users/${other.user.id}/export`, { token: one.accessToken }))
        .status,
    ).toBe(404);
    expect(
      (await shop.harness.call("GET", `/internal/people/${other.user.id}/export`, { token: one.accessToken }))
        .status,
    ).not.toBe(200);
  });

  test("is had so often within an hour, and not at all while nobody can count", async () => {
    const counts = { left: 100, counts: true };
    const limits: Limits = {
      async consume({ name }) {
        if (name !== "export-person") return { allowed: true, remaining: 1, resetSeconds: 1 };
        if (!counts.counts) throw unavailable("nobody counts");
        counts.left -= 1;
        return { allowed: counts.left >= 0, remaining: Math.max(0, counts.left), resetSeconds: 60 };
      },
      async reset() {},
    };
    const limited = await open(limits);
    const { accessToken } = await signUp(limited);
    const ask = () => limited.harness.call("GET", "/v1/users/me/export", { token: accessToken });
    counts.left = 1;
    expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ status: 429, body: { code: "TRY_LATER" } });
    counts.counts = false;
    expect((await ask()).status).toBe(503);
  });
});
