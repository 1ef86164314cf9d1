import { z } from "zod";
import { consumingServices } from "../shared/contracts/operations.ts";
import { notFound } from "../shared/kernel/errors.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { ServiceClient } from "../shared/runtime/service-client.ts";
import type { OperationsDesk } from "./usecases/chat-operations.ts";

const replayedSchema = z.object({
  replayed: z.int().nonnegative(),
  failed: z.array(z.unknown()),
  remaining: z.int().nonnegative(),
});
const sagasSchema = z.object({ items: z.array(z.object({ orderId: z.uuid() })) });
const sagaSchema = z.object({ orderId: z.uuid() });

/** Longer than a service works on one replay of many. */
const REPLAY_DEADLINE_MS = 5_000;

/** The service whose queue it is: its name stands before the first dot. */
const serviceOf = (queue: string): ServiceName => {
  const name = queue.slice(0, queue.indexOf("."));
  const service = consumingServices.find((one) => one === name);
  if (service === undefined) throw notFound("queue");
  return service;
};

/** The routes of operations: each service answers for what it has parked itself, and asks for the right by itself. */
export const createOperationsDesk = (clientOf: (service: ServiceName) => ServiceClient): OperationsDesk => ({
  async replay({ token }, queue) {
    const { data } = await clientOf(serviceOf(queue)).call({
      method: "POST",
      path: "/v1/ops/parked/replay",
      bearer: token,
      body: { queue },
      answers: { 200: replayedSchema },
      deadlineMs: REPLAY_DEADLINE_MS,
    });
    return { ...data, failed: data.failed.length };
  },
  async stuck({ token }, limit) {
    const { data } = await clientOf("orders").call({
      method: "GET",
      path: `/v1/ops/sagas?stuck=true&limit=${limit}`,
      bearer: token,
      answers: { 200: sagasSchema },
    });
    return data.items.map(({ orderId }) => orderId);
  },
  async retry({ token }, orderId) {
    await clientOf("orders").call({
      method: "POST",
      path: `/v1/ops/sagas/${encodeURIComponent(orderId)}/retry`,
      bearer: token,
      answers: { 202: sagaSchema },
      idempotent: true,
    });
  },
});
