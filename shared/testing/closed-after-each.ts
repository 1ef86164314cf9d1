import { afterEach } from "bun:test";

/** Dropping a database can take seconds while the server writes a checkpoint. */
const CLOSE_TIMEOUT_MS = 20_000;

/** For tests that open something each: whatever `open` opens is closed when the test that asked for it has ended. */
export const closedAfterEach = <Arguments extends unknown[], Opened extends { close(): Promise<void> }>(
  open: (...args: Arguments) => Promise<Opened>,
): ((...args: Arguments) => Promise<Opened>) => {
  const opened: Opened[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  }, CLOSE_TIMEOUT_MS);
  return async (...args) => {
    const each = await open(...args);
    opened.push(each);
    return each;
  };
};
