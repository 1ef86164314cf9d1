import type { z } from "zod";
import { type Canary, canary } from "../../shared/testing/canary/canary.ts";

/** Longest wait for one answer; a long poll asks for more. */
const TIMEOUT_MS = 30_000;

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Call {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer with a status that was not expected. Its message holds the problem's text, for people. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";

  constructor(
    readonly status: number,
    readonly body: unknown,
    call: string,
  ) {
    super(`${call} answered ${status}: ${JSON.stringify(body)?.slice(0, 500)}`);
  }
}

const parseBody = (text: string): unknown => {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

type Send = (path: string, call?: Call) => Promise<Answer<unknown>>;

/** Sends, and checks status and shape of what comes. */
export const expecting =
  (send: Send) =>
  async <Body>(
    status: number | readonly number[],
    schema: z.ZodType<Body>,
    path: string,
    call: Call = {},
  ): Promise<Answer<Body>> => {
    const answer = await send(path, call);
    const wanted = typeof status === "number" ? [status] : status;
    if (!wanted.includes(answer.status))
      throw new UnexpectedAnswer(answer.status, answer.body, `${call.method ?? "GET"} ${path}`);
    return { ...answer, body: schema.parse(answer.body) };
  };

/** A plain client of the HTTP API. `send` answers whatever came; `expect` checks status and shape. In a test a canary listens. */
export const createApiClient = (baseUrl: string, listener: Canary | null = canary) => {
  const send = async (
    path: string,
    { method = "GET", body, token, headers = {} }: Call = {},
  ): Promise<Answer<unknown>> => {
    listener?.learnFrom([path, token, headers, body]);
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, headers: answered } = response;
    const text = await response.text();
    const answer = { status, headers: answered, body: parseBody(text) };
    listener?.answered({ ...answer, text });
    return answer;
  };

  return { baseUrl, listener, send, expect: expecting(send) };
};

export type ApiClient = ReturnType<typeof createApiClient>;
