import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Reads anew what is shown under a key, because it has changed. What is under way was asked before that and is dropped: a first read would
 * otherwise be taken for the new one, and the change be missed.
 */
export const readAnew = async (queries: QueryClient, queryKey: QueryKey): Promise<void> => {
  await queries.cancelQueries({ queryKey });
  await queries.invalidateQueries({ queryKey });
};
