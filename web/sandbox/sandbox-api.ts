import { KioskProblem } from "../../client/index.ts";

/** One of the people whom the sandbox plays. */
export interface Person {
  readonly id: number;
  readonly firstName: string;
  readonly phone: string;
  readonly deactivated: boolean;
}

/** Somebody whom a newcomer can be at once. */
export interface CastMember {
  readonly firstName: string;
  readonly phone: string;
  readonly beginsAt: string;
}

export interface Message {
  readonly messageId: number;
  readonly from: "bot" | "person";
  readonly text: string;
  readonly buttons: readonly (readonly { readonly copyText?: string }[])[];
}

interface List<Item> {
  readonly items: readonly Item[];
}

/** Where the chat page looks for it too. */
const TOKEN_KEY = "sandbox-token";

/** The sandbox's token as this browser has it; null where somebody has to type it in. Fails with a `KioskProblem`. */
export const readToken = async (): Promise<string | null> => {
  const answer = await fetch("/sandbox/page/bootstrap.json").catch((cause: unknown) => {
    throw new KioskProblem(0, null, null, cause);
  });
  if (!answer.ok) throw new KioskProblem(answer.status, await answer.json().catch(() => null));
  const { token } = (await answer.json()) as { readonly token: string | null };
  return token ?? window.sessionStorage.getItem(TOKEN_KEY);
};

const callWith =
  (token: string) =>
  async <Answer>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> => {
    const init = { method, headers: { "x-sandbox-token": token } };
    const answer = await fetch(
      `/sandbox/api${path}`,
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    ).catch((cause: unknown) => {
      throw new KioskProblem(0, null, null, cause);
    });
    const said: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw new KioskProblem(answer.status, said);
    return said as Answer;
  };

/** Keeps a token that was typed in, once the sandbox takes it. Fails with a `KioskProblem` where it does not. */
export const keepToken = async (token: string): Promise<void> => {
  await callWith(token)("GET", "/cast");
  window.sessionStorage.setItem(TOKEN_KEY, token);
};

/** The sandbox's control API, as far as this page needs it. Its calls fail with a `KioskProblem`. */
export const openSandbox = (token: string) => {
  const call = callWith(token);
  const itemsOf = async <Item>(path: string) => (await call<List<Item>>("GET", path)).items;
  return {
    people: () => itemsOf<Person>("/people"),
    cast: () => itemsOf<CastMember>("/cast"),
    /** Makes a person, or finds the one who has this phone. */
    person: (firstName: string, phone: string, language: string) =>
      call<Person>("POST", "/people", { firstName, phone, language }),
    /** A tap on a link to the bot. */
    start: (personId: number, payload: string) => call("POST", `/people/${personId}/start`, { payload }),
    shareContact: (personId: number) => call("POST", `/people/${personId}/contact`, {}),
    /** Messages of the chat with the bot, at once or as soon as there are any. */
    messages: (personId: number, after = 0, waitMs = 0) =>
      itemsOf<Message>(`/people/${personId}/messages?after=${after}&waitMs=${waitMs}`),
    mails: (after: number) => itemsOf<{ readonly id: number }>(`/mail?after=${after}`),
  };
};

export type SandboxApi = ReturnType<typeof openSandbox>;
