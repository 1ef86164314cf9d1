import { useQuery } from "@tanstack/react-query";
import { framedPerson } from "../../shared/sandbox-frame.ts";

/** There where the sandbox's people are the shop's: beside a real bot nobody's code arrives in the sandbox. */
const SIGN_IN = "/sandbox/oidc/.well-known/openid-configuration";

/** Whether this shop has the Telegram sandbox to go to: then it is for trying out. Asked once a visit; whoever is within its page is there. */
export const useSandbox = (): boolean =>
  useQuery({
    queryKey: ["sandbox"],
    queryFn: async ({ signal }) => (await fetch(SIGN_IN, { method: "HEAD", signal })).ok,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: framedPerson === null,
  }).data ?? false;
