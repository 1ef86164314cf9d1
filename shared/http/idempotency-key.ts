import { invalid } from "../kernel/errors.ts";

const VISIBLE_ASCII = /^[!-~]{1,255}$/;

/** The `Idempotency-Key` of a request, or null without one. Fails with `VALIDATION` where it is not 1 to 255 visible ASCII characters. */
export const idempotencyKeyOf = (request: Request): string | null => {
  const key = request.headers.get("idempotency-key");
  if (key === null || VISIBLE_ASCII.test(key)) return key;
  throw invalid("/headers/idempotency-key", "must be 1 to 255 visible ASCII characters");
};
