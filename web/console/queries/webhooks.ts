import { useQuery } from "@tanstack/react-query";
import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useWebhooksTexts } from "../texts/webhooks.ts";

export type Webhook =
  paths["/v1/webhooks"]["get"]["responses"][200]["content"]["application/json"]["items"][number];
/** One that was just made, or got a new secret: the only answers that have it. */
export type WebhookWithSecret =
  paths["/v1/webhooks"]["post"]["responses"][201]["content"]["application/json"];
export type WebhookEvent = Webhook["events"][number];

/** What somebody writes of a webhook. */
export interface WebhookWish {
  readonly url: string;
  readonly events: WebhookEvent[];
  readonly description: string;
  readonly includePhone: boolean;
}

const WEBHOOKS_KEY = ["webhooks"] as const;
const TOUCHED = [WEBHOOKS_KEY];
/** What became of a test is seen a little later. */
const READ_AGAIN_MS = 5_000;

const at = ({ id }: Pick<Webhook, "id">) => ({ params: { path: { id } } });

export const useWebhooks = () =>
  useQuery({
    queryKey: WEBHOOKS_KEY,
    queryFn: () => ok(kiosk.api.GET("/v1/webhooks")),
    refetchInterval: READ_AGAIN_MS,
  });

/** Makes a webhook; `onSecret` gets what is told this once. */
export const useMakeWebhook = (onSecret: (made: WebhookWithSecret) => void) => {
  const texts = useWebhooksTexts();
  return useAct({
    act: (body: WebhookWish) => ok(kiosk.api.POST("/v1/webhooks", { body })),
    touches: TOUCHED,
    done(made) {
      onSecret(made);
      return { text: texts.made(made.url) };
    },
  });
};

export const useChangeWebhook = () => {
  const texts = useWebhooksTexts();
  return useAct({
    act: ({ webhook, body }: { webhook: Webhook; body: WebhookWish }) =>
      ok(kiosk.api.PATCH("/v1/webhooks/{id}", { ...at(webhook), body })),
    touches: TOUCHED,
    done: ({ url }) => ({ text: texts.saved(url) }),
  });
};

/** Gives a webhook a new secret; `onSecret` gets what is told this once. */
export const useRotate = (onSecret: (rotated: WebhookWithSecret) => void) => {
  const texts = useWebhooksTexts();
  return useAct({
    act: (webhook: Webhook) => ok(kiosk.api.POST("/v1/webhooks/{id}/rotate", at(webhook))),
    touches: TOUCHED,
    done(rotated) {
      onSecret(rotated);
      return { text: texts.rotated(rotated.url) };
    },
  });
};

/** Turns a webhook on or off, sends it an event that only tries it, or deletes it. */
export const useWebhookActs = () => {
  const texts = useWebhooksTexts();
  const turn = useAct({
    act: ({ id, active }: Webhook) =>
      ok(kiosk.api.PATCH("/v1/webhooks/{id}", { ...at({ id }), body: { active: !active } })),
    touches: TOUCHED,
    done: ({ url, active }) => ({ text: texts.turned(url, active) }),
  });
  const test = useAct({
    act: (webhook: Webhook) => ok(kiosk.api.POST("/v1/webhooks/{id}/test", at(webhook))),
    touches: TOUCHED,
    done: () => ({ text: texts.tested }),
  });
  const remove = useAct({
    act: (webhook: Webhook) => ok(kiosk.api.DELETE("/v1/webhooks/{id}", at(webhook))),
    touches: TOUCHED,
    done: (_answer, { url }) => ({ text: texts.removed(url) }),
  });
  return { turn, test, remove };
};
