/** Exit code of a process that a second Ctrl-C ended (128 + SIGINT). */
const INTERRUPTED = 130;

/**
 * The first SIGTERM or SIGINT drains: `stop` is awaited and the process ends with 0. A second one exits at once.
 */
export const stopOnSignals = (stop: () => Promise<void>, say: (text: string) => void): void => {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(INTERRUPTED);
    stopping = true;
    say(`${signal}: finishing what is in flight (once more to exit at once) …`);
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
};
