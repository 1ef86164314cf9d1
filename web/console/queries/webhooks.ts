import { useQuery } from "@tanstack/react-query";
import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useWebhooksTexts } from "../texts/webhooks.ts";

export type Webhook =
  paths["/v1/webhooks"]["get"]["responses"][200]["content"]["application/json"]["items"][number];
const WEBHOOKS_KEY = ["webhooks"] as const;

export const useWebhooks = () =>
  useQuery({ queryKey: WEBHOOKS_KEY, queryFn: () => ok(kiosk.api.GET("/v1/webhooks")) });

/** Turns a webhook on or off, or sends it an event that only tries it. */
export const useWebhookActs = () => {
  const texts = useWebhooksTexts();
  const turn = useAct({
    act: ({ id, active }: Webhook) =>
      ok(kiosk.api.PATCH("/v1/webhooks/{id}", { params: { path: { id } }, body: { active: !active } })),
    touches: [WEBHOOKS_KEY],
    done: ({ url, active }) => ({ text: texts.turned(url, active) }),
  });
  const test = useAct({
    act: ({ id }: Webhook) => ok(kiosk.api.POST("/v1/webhooks/{id}/test", { params: { path: { id } } })),
    touches: [WEBHOOKS_KEY],
    done: () => ({ text: texts.tested }),
  });
  return { turn, test };
};
