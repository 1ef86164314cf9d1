export interface ChangeSignOptions {
  /** Tells all instances that there is something to look for. */
  readonly publish: () => Promise<void>;
  /** A sign was lost: a feed makes up for it by its next look. */
  readonly onLost: (error: unknown) => void;
}

/**
 * Says that something has changed, to the feeds of all instances. However much changes while a sign is on its way, one more
 * goes after it: so whoever changes something never waits for Pub/Sub, nor piles up before it. Never throws.
 */
export const createChangeSign = ({ publish, onLost }: ChangeSignOptions): (() => void) => {
  let underWay = false;
  let again = false;
  const run = async () => {
    underWay = true;
    while (again) {
      again = false;
      await publish().catch(onLost);
    }
    underWay = false;
  };
  return () => {
    again = true;
    if (!underWay) void run();
  };
};
