import { reasonOf } from "../shared/outbox/failure.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { ServiceDeps } from "../shared/runtime/service.ts";
import { createCodeCloser } from "./code-closer.ts";
import { createDeliveryWorker } from "./delivery-worker.ts";
import { inOrigin } from "./in-origin.ts";
import { createLaneUpkeep } from "./lane-upkeep.ts";
import { createOutcomeRecorder } from "./outcome-recorder.ts";
import { createSendCount, watchSends } from "./send-metrics.ts";
import { createLaneKeeper } from "./store/lane-rows.ts";
import { createUntilStored } from "./until-stored.ts";
import { type CloseCodesDeps, closeCodes } from "./usecases/close-codes.ts";
import { type DeliverCodeDeps, deliverCode } from "./usecases/deliver-code.ts";
import type { AnnounceDelivery, PaceStore } from "./usecases/delivery-ports.ts";
import type { Stores } from "./usecases/ports.ts";
import { type SendDeliveryDeps, sendDelivery } from "./usecases/send-delivery.ts";

/** What the sending is built over. */
export type SendingBase = Omit<SendDeliveryDeps, "chats" | "clock" | "record" | "onResult" | "pace"> &
  Pick<CloseCodesDeps, "codeMessages" | "messenger"> &
  Pick<DeliverCodeDeps, "codeMessages" | "messenger"> & {
    readonly stores: Pick<Stores, "deliveries" | "chats">;
    readonly pace: PaceStore;
  };

/** Everything that writes to chats by itself: the queue's worker, the upkeep of its lanes, and who closes codes. */
export const createSending = (deps: ServiceDeps, base: SendingBase, announce: AnnounceDelivery) => {
  const { clock, newId, log, metrics, tracing, database } = deps;
  const { deliveries, chats } = base.stores;
  const ended = new AbortController();
  const record = createOutcomeRecorder({ deliveries, clock, untilStored: createUntilStored(ended.signal) });
  const onResult = watchSends(metrics, clock);
  const send = inOrigin(sendDelivery({ ...base, chats, clock, record, onResult }), tracing);
  const worker = createDeliveryWorker({ deliveries, send, announce, clock, newId, log });
  const lanes = createLaneKeeper(database);
  const upkeep = createLaneUpkeep({ lanes, pace: base.pace, clock, log, wake: worker.wake });
  const closer = createCodeCloser({ closeCodes: closeCodes({ ...base, chats, clock }), log });
  const stopping = new AbortController();
  const countSend = createSendCount(metrics);
  return {
    deliverCode: deliverCode({
      ...{ ...base, chats, clock },
      pause: (ms) => pause(ms, stopping.signal),
      isStopping: () => stopping.signal.aborted,
      onResult: (result, waitedMs) => countSend("code", result, waitedMs),
      onUnstored: (error) => log.warn("what came of a code could not be stored", { reason: reasonOf(error) }),
      wakeCodeCloser: closer.wake,
    }),
    wake: worker.wake,
    wakeCodeCloser: closer.wake,
    start() {
      worker.start();
      upkeep.start();
      closer.start();
    },
    async stop() {
      stopping.abort();
      await Promise.all([worker.stop(), upkeep.stop(), closer.stop()]);
      ended.abort();
    },
  };
};
