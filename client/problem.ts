/** What is wrong with one field; `pointer` is a JSON Pointer into the request. */
export interface FieldProblem {
  readonly pointer: string;
  readonly message: string;
}

interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly errors?: readonly FieldProblem[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const secondsOf = (header: string | null): number | null => {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
};

/** A refusal of the shop (RFC 9457). `code` is stable, `message` is for people. */
export class KioskProblem extends Error {
  override readonly name = "KioskProblem";
  /** Such as `OUT_OF_STOCK`; `UNAVAILABLE` where no answer came or one that is none of the shop's. */
  readonly code: string;
  /** Of HTTP; 0 where no answer came. */
  readonly status: number;
  /** Stands in the shop's log. */
  readonly requestId: string | null;
  readonly errors: readonly FieldProblem[];
  /** When to try again, in seconds; null where the shop does not say. */
  readonly retryAfterSeconds: number | null;
  /** All that the answer says, such as the short lines of an order. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: unknown, retryAfter: string | null = null, cause?: unknown) {
    const said: ProblemBody = isObject(body) ? body : {};
    super(said.detail ?? said.title ?? "The shop does not answer.", { cause });
    this.code = said.code ?? "UNAVAILABLE";
    this.status = status;
    this.requestId = said.requestId ?? null;
    this.errors = said.errors ?? [];
    this.retryAfterSeconds = secondsOf(retryAfter);
    this.body = isObject(body) ? body : {};
  }
}

/** What openapi-fetch answers: the data of a success, or the body of a refusal. */
interface Result<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. Fails with a `KioskProblem` where it is a refusal, or where none came. */
export const ok = async <Data>(asked: Promise<Result<Data>>): Promise<Data> => {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    if (cause instanceof KioskProblem || (cause instanceof Error && cause.name === "AbortError")) throw cause;
    throw new KioskProblem(0, null, null, cause);
  });
  if (response.ok) return data as Data;
  throw new KioskProblem(response.status, error, response.headers.get("retry-after"));
};
