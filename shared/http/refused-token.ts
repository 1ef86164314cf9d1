import { type KioskError, unauthenticated } from "../kernel/errors.ts";

/** What everybody is told of a token that is no good, whatever is wrong with it: who tries out forgeries learns nothing. */
export const refusedToken = (): KioskError =>
  unauthenticated("The access token is not valid or has ended: refresh it, or sign in again.");
