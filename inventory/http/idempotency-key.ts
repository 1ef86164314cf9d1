import { invalid } from "../../shared/kernel/errors.ts";

/** 1 to 255 visible ASCII characters. */
const KEY = /^[!-~]{1,255}$/;

/** The request's `Idempotency-Key`, or null without one. Fails with `VALIDATION`. */
export const idempotencyKeyOf = (request: Request): string | null => {
  const key = request.headers.get("idempotency-key");
  if (key === null || KEY.test(key)) return key;
  throw invalid("/headers/idempotency-key", "must be 1 to 255 visible ASCII characters");
};
