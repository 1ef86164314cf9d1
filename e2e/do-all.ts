/** Does all of it, one after the other and whichever of it fails; then fails as the first that did. */
export const doAll = async (steps: Iterable<() => unknown>): Promise<void> => {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
};
