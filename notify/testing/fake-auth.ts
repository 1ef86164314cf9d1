import type { UserSnapshot } from "../../shared/contracts/events.ts";
import { INTERNAL_TOKEN_HEADER } from "../../shared/contracts/internal-api.ts";
import { newId } from "../../shared/kernel/ids.ts";
import type { ServiceFetch } from "../../shared/ports/service-fetch.ts";
import type { ContactOutcome, LinkOutcome } from "../usecases/ports.ts";

export interface AuthCall {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

interface Account {
  readonly id: number;
  readonly languageCode: string | null;
}

/** Whoever has the Telegram account; their id is their token. */
const act = (users: ReadonlyMap<string, UserSnapshot>, telegramUserId: unknown): Response => {
  const user = [...users.values()].find((one) => one.telegramUserId === telegramUserId);
  if (user === undefined) return Response.json({ outcome: "unknown" });
  if (user.status === "blocked") return Response.json({ outcome: "blocked" });
  const { id: userId, role, language, timezone } = user;
  return Response.json({ outcome: "acting", accessToken: userId, userId, role, language, timezone });
};

/** What a person does with their own account; null for what is none of it. */
const ownAccount =
  (users: ReadonlyMap<string, UserSnapshot>, { erasureId }: { readonly erasureId: string }) =>
  (path: string, body: Record<string, unknown>): Response | null => {
    switch (path) {
      case "/internal/telegram/act":
        return act(users, body.telegramUserId);
      case "/v1/auth/logout-all":
        return new Response(null, { status: 204 });
      case "/v1/users/me":
        return "confirm" in body
          ? Response.json({ id: erasureId, receiptSecret: "a-secret-for-once" }, { status: 202 })
          : Response.json({ language: body.language });
      default:
        return null;
    }
  };

const readBody = async (request: Request): Promise<Record<string, unknown>> => {
  const text = await request.text();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
};

/** A scripted auth: what it answers is set by the test, what it was asked is kept. */
export const createFakeAuth = (notify: ServiceFetch, internalToken: string) => {
  const calls: AuthCall[] = [];
  const users = new Map<string, UserSnapshot>();
  const script = {
    link: "contact-needed" as LinkOutcome,
    contact: "code-sent" as ContactOutcome,
    deny: "denied" as "denied" | "unknown",
    /** Before anything is answered; a test may hold it back. */
    before: Promise.resolve(),
    /** Answers 503 to everything. */
    down: false,
    code: "042917",
    challengeId: newId(),
    erasureId: newId(),
  };

  const deliver = async (account: Account) => {
    const body = {
      challengeId: script.challengeId,
      chatId: account.id,
      code: script.code,
      expiresAt: new Date(Date.now() + 300_000).toISOString(),
      language: account.languageCode ?? "en",
      purpose: "login",
      askedFrom: "Firefox on Linux, 203.0.113.7",
    };
    const headers = { [INTERNAL_TOKEN_HEADER]: internalToken, "content-type": "application/json" };
    await notify(
      new Request("http://notify/internal/codes", { method: "POST", headers, body: JSON.stringify(body) }),
    );
  };

  const plainOutcome = (path: string): Response | null => {
    if (path.endsWith("/deny")) return Response.json({ outcome: script.deny });
    return path.endsWith("/refused-contacts") ? Response.json({ outcome: "recorded" }) : null;
  };

  const answerOwn = ownAccount(users, script);

  const answer = async (path: string, body: Record<string, unknown>): Promise<Response> => {
    const account = body.account as Account;
    if (path === "/internal/telegram/links") {
      if (script.link === "code-sent") await deliver(account);
      return Response.json({ outcome: script.link });
    }
    if (path === "/internal/telegram/contacts") {
      if (script.contact === "code-sent") await deliver(account);
      return Response.json({ outcome: script.contact });
    }
    const own = answerOwn(path, body) ?? plainOutcome(path);
    if (own !== null) return own;
    const user = users.get(path.replace("/internal/users/", ""));
    return user === undefined ? new Response(null, { status: 404 }) : Response.json(user);
  };

  const fetch: ServiceFetch = async (request) => {
    const { pathname } = new URL(request.url);
    // There was nobody when notify was started for the first time.
    if (pathname === "/internal/users") return Response.json({ items: [], gone: [], nextCursor: null });
    const body = await readBody(request);
    calls.push({ path: pathname, body });
    await script.before;
    return script.down ? new Response(null, { status: 503 }) : answer(pathname, body);
  };
  return {
    ...{ fetch, calls, users, script },
    callsTo: (part: string) => calls.filter(({ path }) => path.includes(part)),
  };
};

/** A user as auth would tell of one. */
export const userSnapshot = (facts: Partial<UserSnapshot> = {}): UserSnapshot => ({
  id: newId(),
  version: 1,
  phone: "+12025550100",
  telegramUserId: null,
  name: "Ada",
  username: null,
  email: null,
  language: "en",
  timezone: "UTC",
  role: "customer",
  status: "active",
  createdAt: "2026-01-01T12:00:00.000Z",
  ...facts,
});
