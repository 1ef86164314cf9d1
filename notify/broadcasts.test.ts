import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { newId } from "../shared/kernel/ids.ts";
import { closedAfterEach } from "../shared/testing/closed-after-each.ts";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openBroadcasts, sumOf } from "./testing/open-broadcasts.ts";

setDefaultTimeout(60_000);

const open = closedAfterEach(openBroadcasts);

describe("notify-23: a draft", () => {
  test("is written, read, changed under its version, listed and deleted", async () => {
    const { send, admin } = await open();
    const made = await send("POST", "", { texts: { en: 'Sale <today> & "tomorrow"' } });
    expect(made.status).toBe(201);
    expect(made.headers.get("etag")).toBe('"1"');
    expect(made.body).toMatchObject({
      state: "draft",
      createdBy: admin.userId,
      audience: { languages: null },
    });
    const { id } = made.body;
    const edited = await send("PATCH", `/${id}`, { texts: { ar: "تخفيضات" } }, { "if-match": '"1"' });
    expect(edited).toMatchObject({ status: 200, body: { version: 2, texts: { ar: "تخفيضات" } } });
    expect((await send("PATCH", `/${id}`, { texts: { en: "x" } }, { "if-match": '"1"' })).status).toBe(412);
    expect((await send("GET", `/${id}`)).body).toMatchObject({
      version: 2,
      progress: null,
      recipients: null,
    });
    expect((await send("DELETE", `/${id}`, undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await send("DELETE", `/${id}`)).status).toBe(204);
    expect((await send("GET", `/${id}`)).status).toBe(404);
  });

  test("comes once under one idempotency key, and not under it with other words", async () => {
    const { send, call, admin } = await open();
    const key = { "idempotency-key": "a-key" };
    const body = { texts: { en: "Sale" } };
    const all = await Promise.all(Array.from({ length: 5 }, () => send("POST", "", body, key)));
    const created = all.filter(({ status }) => status === 201);
    expect(new Set(created.map((answer) => answer.body.id)).size).toBe(1);
    const again = await send("POST", "", body, key);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toEqual(created[0]?.body as typeof again.body);
    expect((await send("POST", "", { texts: { en: "Other" } }, key)).body.code).toBe("IDEMPOTENCY_MISMATCH");
    const list = await (await call("GET", "/v1/broadcasts", { as: `admin.${admin.userId}` })).json();
    expect((list as { items: unknown[] }).items).toHaveLength(1);
  });

  test("is refused without words, with too many, and with what is no field", async () => {
    const { send } = await open();
    for (const body of [
      { texts: {} },
      { texts: { en: "   \n " } },
      { texts: { en: "x".repeat(4097) } },
      { texts: { de: "Schlussverkauf" } },
      { texts: { en: "Sale" }, audience: { languages: [] } },
      { texts: { en: "Sale" }, allow_paid_broadcast: true },
      {},
    ])
      expect([body, (await send("POST", "", body)).status]).toEqual([body, 422]);
    expect((await send("POST", "", { texts: { en: "x".repeat(4096) } })).status).toBe(201);
  });

  test("is for admins alone, and its start for those who have just proved themselves", async () => {
    const { send, draft, readers, admin } = await open();
    await readers(1);
    const id = await draft();
    expect((await send("GET", "", undefined, {}, `staff.${newId()}`)).status).toBe(403);
    expect((await send("GET", "", undefined, {}, `customer.${newId()}`)).status).toBe(403);
    const start = await send("POST", `/${id}/start`, undefined, {}, `admin.${admin.userId}.unproved`);
    expect(start).toMatchObject({
      status: 403,
      body: { code: "STEP_UP_REQUIRED", action: "broadcast.send" },
    });
    expect((await send("GET", `/${id}`)).body.state).toBe("draft");
  });

  test("is listed in pages, the newest first, and by state", async () => {
    const { call, draft, admin } = await open();
    const ids = [await draft(), await draft(), await draft()];
    const page = async (query: string) => {
      const response = await call("GET", `/v1/broadcasts${query}`, { as: `admin.${admin.userId}` });
      return (await response.json()) as { items: { id: string }[]; nextCursor: string | null };
    };
    const first = await page("?limit=2");
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.reverse());
    expect(second.nextCursor).toBeNull();
    expect((await page("?state=running")).items).toEqual([]);
  });
});

describe("notify-23: before it is started", () => {
  test("the preview shows how it looks in each language, and how many would get it", async () => {
    const { send, draft, readers } = await open();
    await readers(2);
    await readers(1, { language: "ar-EG" });
    await readers(3, { marketing: false });
    const id = await draft({ en: "Sale <today> & more" });
    const { status, body } = await send("POST", `/${id}/preview`);
    expect(status).toBe(200);
    expect(body as unknown).toEqual({
      recipients: 3,
      previews: [
        {
          ...{ locale: "en", text: "Sale <today> & more", html: "Sale &lt;today&gt; &amp; more", length: 19 },
          ...{ lengthMax: 4096, fits: true, isFallback: false, recipients: 2 },
        },
        {
          ...{ locale: "ar", text: "Sale <today> & more", html: "Sale &lt;today&gt; &amp; more", length: 19 },
          ...{ lengthMax: 4096, fits: true, isFallback: true, recipients: 1 },
        },
      ],
    });
  });

  test("a test goes to the one who asks and to nobody else, once under one key", async () => {
    const { send, draft, readers, copies, admin } = await open();
    const others = await readers(3);
    const id = await draft({ en: "Sale on tea", ar: "تخفيضات" });
    const key = { "idempotency-key": "test-1" };
    const first = await send("POST", `/${id}/test`, { language: "ar" }, key);
    expect(first.status).toBe(202);
    expect((await send("POST", `/${id}/test`, { language: "ar" }, key)).body).toEqual(first.body);
    await waitFor(() => copies([admin], "تخفيضات")[0] === 1, { what: "the test message" });
    // Without a body, in one's own language; it comes after the first, which so has come once.
    expect((await send("POST", `/${id}/test`)).status).toBe(202);
    await waitFor(() => copies([admin], "Sale on tea")[0] === 1, { what: "the second" });
    expect(copies([admin], "تخفيضات")).toEqual([1]);
    expect(copies(others, "تخفيضات")).toEqual([0, 0, 0]);
    expect((await send("GET", `/${id}`)).body.state).toBe("draft");
  });

  test("nobody to write to is told, and it stays a draft", async () => {
    const { send, draft, readers } = await open();
    await readers(2, { marketing: false });
    const id = await draft();
    expect(await send("POST", `/${id}/start`)).toMatchObject({ status: 409, body: { code: "CONFLICT" } });
    expect((await send("GET", `/${id}`)).body.state).toBe("draft");
  });

  test("what was previewed is what is started: another version is refused", async () => {
    const { send, draft, readers } = await open();
    await readers(1);
    const id = await draft();
    await send("PATCH", `/${id}`, { texts: { en: "Other words" } });
    expect((await send("POST", `/${id}/start`, undefined, { "if-match": '"1"' })).status).toBe(412);
    expect((await send("POST", `/${id}/start`, undefined, { "if-match": '"2"' })).status).toBe(200);
  });
});

describe("notify-23: a broadcast", () => {
  test("reaches each of its readers once, in their language, and the counts add up", async () => {
    const { send, draft, readers, copies, becomes, people } = await open();
    const english = await readers(5);
    const arabic = await readers(3, { language: "ar" });
    const others = await readers(2, { marketing: false });
    const [gone] = await readers(1);
    // Notify has not heard of it yet.
    const blocked = { method: "sendMessage", textContains: "tea", phase: "before", status: 403 };
    await people.fault({ ...blocked, personId: gone?.chatId });
    const id = await draft({ en: "Sale on tea", ar: "تخفيضات" });
    const started = await send("POST", `/${id}/start`);
    expect(started).toMatchObject({ status: 200, body: { state: "running", recipients: 9 } });
    expect(sumOf(started.body)).toBe(9);
    const done = await becomes(id, "done");
    expect(done.progress).toMatchObject({
      recipients: 9,
      sent: 8,
      blocked: 1,
      pending: 0,
      secondsLeft: null,
    });
    expect(sumOf(done)).toBe(9);
    expect(copies(english, "Sale on tea")).toEqual([1, 1, 1, 1, 1]);
    expect(copies(arabic, "تخفيضات")).toEqual([1, 1, 1]);
    expect(copies(others, "Sale on tea")).toEqual([0, 0]);
    expect((await send("POST", `/${id}/start`)).status).toBe(409);
    expect((await send("PATCH", `/${id}`, { texts: { en: "x" } })).status).toBe(409);
    expect((await send("DELETE", `/${id}`)).status).toBe(409);
  });

  test("goes to the languages that it is for", async () => {
    const { send, draft, readers, copies, becomes } = await open();
    const english = await readers(2);
    const arabic = await readers(2, { language: "ar" });
    const id = await draft({ ar: "تخفيضات" }, { audience: { languages: ["ar"] } });
    await send("POST", `/${id}/start`);
    expect((await becomes(id, "done")).progress).toMatchObject({ recipients: 2, sent: 2 });
    expect([copies(english, "تخفيضات"), copies(arabic, "تخفيضات")]).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  test("never asks Telegram for a paid broadcast", async () => {
    const { send, draft, readers, becomes, sandbox } = await open();
    await readers(1);
    const id = await draft();
    await send("POST", `/${id}/start`);
    await becomes(id, "done");
    const [sent] = sandbox.outbox().filter(({ params }) => JSON.stringify(params).includes("Sale on tea"));
    expect(sent).toBeDefined();
    expect(JSON.stringify(sent?.params)).not.toContain("paid");
  });

  test("is started once by many at once", async () => {
    const { send, draft, readers, copies, becomes } = await open();
    const all = await readers(4);
    const id = await draft();
    const starts = await Promise.all(Array.from({ length: 6 }, () => send("POST", `/${id}/start`)));
    expect(starts.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await becomes(id, "done")).progress).toMatchObject({ recipients: 4, sent: 4 });
    expect(copies(all, "Sale on tea")).toEqual([1, 1, 1, 1]);
  });
});
