import { ok, type paths } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useOperationsTexts } from "../texts/operations.ts";
import { OPS_KEY } from "./operations.ts";

type ItemOf<Path extends "/v1/ops/sagas" | "/v1/ops/parked"> =
  paths[Path]["get"]["responses"][200]["content"]["application/json"]["items"][number];
export type Saga = ItemOf<"/v1/ops/sagas">;
export type Parked = ItemOf<"/v1/ops/parked">;

const TOUCHED = [OPS_KEY];

/** Has an order that waits for its next try tried at once. */
export const useRetrySaga = () => {
  const texts = useOperationsTexts();
  return useAct({
    act: ({ orderId }: Saga) =>
      ok(kiosk.api.POST("/v1/ops/sagas/{orderId}/retry", { params: { path: { orderId } } })),
    touches: TOUCHED,
    done: ({ number }) => ({ text: texts.retried(number) }),
  });
};

export const useReplay = () => {
  const texts = useOperationsTexts();
  return useAct({
    act: ({ id }: Parked) => ok(kiosk.api.POST("/v1/ops/parked/{id}/replay", { params: { path: { id } } })),
    touches: TOUCHED,
    done: ({ type }) => ({ text: texts.replayed(type) }),
  });
};

export const useReplayAll = () => {
  const texts = useOperationsTexts();
  return useAct({
    act: () => ok(kiosk.api.POST("/v1/ops/parked/replay", { body: {} })),
    touches: TOUCHED,
    done: ({ replayed, failed }) => ({
      text: texts.replayedAll(replayed, failed.length),
      isProblem: failed.length > 0,
    }),
  });
};

/** Gives a message up for good: wants a fresh code. */
export const useDrop = () => {
  const texts = useOperationsTexts();
  return useAct({
    act: ({ parked: { id }, reason }: { parked: Parked; reason: string }) =>
      ok(kiosk.api.POST("/v1/ops/parked/{id}/drop", { params: { path: { id } }, body: { reason } })),
    touches: TOUCHED,
    done: ({ type }) => ({ text: texts.dropped(type) }),
  });
};
