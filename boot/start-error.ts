/** Why Kiosk cannot start, in one line that says what to do about it. Shown without a stack; the exit code is 1. */
export class StartError extends Error {
  override readonly name = "StartError";

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
  }
}
