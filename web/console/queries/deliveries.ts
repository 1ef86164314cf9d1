import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useDeliveriesTexts } from "../texts/deliveries.ts";
import { after, useList } from "./pages.ts";

export type Delivery = Schemas["Notification"];
export type DeliveryState = Delivery["state"];
const DELIVERIES_KEY = ["deliveries"] as const;
const PAGE_LIMIT = 50;
/** Deliveries move without a stream for staff: they are read again so often while they are shown. */
const READ_AGAIN_MS = 10_000;

/** The messages to people and programs in a state, or all, latest first. */
export const useDeliveries = (state: DeliveryState | null) =>
  useList(
    [...DELIVERIES_KEY, state],
    (cursor) =>
      ok(
        kiosk.api.GET("/v1/notifications", {
          params: { query: { limit: PAGE_LIMIT, ...(state === null ? {} : { state }), ...after(cursor) } },
        }),
      ),
    { refetchMs: READ_AGAIN_MS },
  );

export const useRetryDelivery = () => {
  const texts = useDeliveriesTexts();
  return useAct({
    act: ({ id }: Delivery) =>
      ok(kiosk.api.POST("/v1/notifications/{id}/retry", { params: { path: { id } } })),
    touches: [DELIVERIES_KEY],
    done: () => ({ text: texts.retried }),
  });
};
