import { useQuery } from "@tanstack/react-query";

/** Whether this shop has the Telegram sandbox: then it is for trying out. Asked once a visit. */
export const useSandbox = (): boolean =>
  useQuery({
    queryKey: ["sandbox"],
    queryFn: async ({ signal }) => (await fetch("/sandbox", { method: "HEAD", signal })).ok,
    staleTime: Number.POSITIVE_INFINITY,
  }).data ?? false;
