import { PersonError } from "../people/person-error.ts";

export type ProblemCode =
  | "VALIDATION"
  | "UNAUTHENTICATED"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "CONFLICT"
  | "PAYLOAD_TOO_LARGE"
  | "UNAVAILABLE";

const STATUS: Readonly<Record<ProblemCode, { status: number; title: string }>> = {
  VALIDATION: { status: 422, title: "The request is not valid" },
  UNAUTHENTICATED: { status: 401, title: "A sandbox token is needed" },
  NOT_FOUND: { status: 404, title: "Not found" },
  METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed" },
  CONFLICT: { status: 409, title: "Not possible now" },
  PAYLOAD_TOO_LARGE: { status: 413, title: "The body is too large" },
  UNAVAILABLE: { status: 503, title: "Not available now" },
};

/** A refusal of the control API, answered as RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly pointer?: string,
  ) {
    super(detail);
  }
}

/** Status and body of a refusal; an error that is no refusal is thrown on. */
export function problemOf(error: unknown): { status: number; body: Record<string, unknown> } {
  if (!(error instanceof Problem || error instanceof PersonError)) throw error;
  const { status, title } = STATUS[error.code];
  const body = {
    type: "about:blank",
    title,
    status,
    detail: error.pointer === undefined ? error.message : `${error.pointer} ${error.message}`,
    code: error.code,
    ...(error.pointer === undefined ? {} : { errors: [{ pointer: error.pointer, message: error.message }] }),
  };
  return { status, body };
}

/** The answer for a refusal; an error that is no refusal is thrown on. */
export function problemResponse(error: unknown): Response {
  const { status, body } = problemOf(error);
  return Response.json(body, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
