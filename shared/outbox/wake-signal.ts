/** Something to wait on that another may ring: a ring while nobody waits is remembered. */
export interface WakeSignal {
  ring(): void;
  /** Resolves at the next ring with true, or after so many milliseconds with false. */
  wait(ms: number): Promise<boolean>;
}

export const createWakeSignal = (): WakeSignal => {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const wasRung = rung;
      wake = undefined;
      rung = false;
      return wasRung;
    },
  };
};
