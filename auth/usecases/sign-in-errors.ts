import { KioskError } from "../../shared/kernel/errors.ts";
import { RESEND_COOLDOWN_SECONDS } from "../domain/challenge.ts";

/** One error for a wrong, used or expired code and for a wrong challenge: it must not tell which. */
export const invalidCode = (): KioskError =>
  new KioskError("OTP_INVALID", "The code is wrong or has expired: check it, or ask for a new one.");

export const tooManyAttempts = (): KioskError =>
  new KioskError("OTP_TOO_MANY", "Too many wrong codes: begin the sign-in again.", {
    retryAfterSeconds: RESEND_COOLDOWN_SECONDS,
  });
