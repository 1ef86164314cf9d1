import { useMutation, useQuery } from "@tanstack/react-query";
import { ok, type paths, type SignedIn } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";

export type Provider =
  paths["/v1/auth/providers"]["get"]["responses"][200]["content"]["application/json"]["items"][number];

/** With whom one can sign in beside the bot's code; they come and go with a start of the shop. */
export const useProviders = () =>
  useQuery({
    queryKey: ["providers"],
    queryFn: async ({ signal }) => (await ok(kiosk.api.GET("/v1/auth/providers", { signal }))).items,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Of one provider and of any other: each has routes of its own, of the same shape. */
const exchange = ({ name, code }: { readonly name: string; readonly code: string }) => {
  const rest = { body: { code }, credentials: "include" as const };
  if (name === "telegram") return kiosk.api.POST("/v1/auth/telegram/oidc/exchange", rest);
  return kiosk.api.POST("/v1/auth/oidc/{provider}/exchange", {
    ...rest,
    params: { path: { provider: name } },
  });
};

/** Trades what a provider has brought back for a session, once. */
export const useExchange = () =>
  useMutation({
    mutationFn: async (brought: { readonly name: string; readonly code: string }) =>
      kiosk.keep((await ok(exchange(brought))) as SignedIn),
  });
