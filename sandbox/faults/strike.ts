import { answerOf, type CallOutcome } from "../bot-api/bot-api.ts";
import { BotApiError, tooManyRequests } from "../bot-api/errors.ts";
import type { World } from "../state/world.ts";
import type { FaultRule } from "./faults.ts";

/** How long a call that hangs is held when its client never gives up. */
const HANG_LIMIT_MS = 120_000;

/** What the client of a call gets that a fault strikes; whether the call acts is decided before. */
export async function strike(world: World, fault: FaultRule, signal: AbortSignal): Promise<CallOutcome> {
  switch (fault.phase) {
    case "before":
      return answerOf(refusalOf(fault));
    case "after":
      return fault.status === null && fault.retryAfterSeconds === null
        ? { kind: "reset" }
        : answerOf(refusalOf(fault));
    case "hang":
      await untilClientGivesUp(world, signal);
      return { kind: "reset" };
    case "reset":
    case "html502":
      return { kind: fault.phase };
  }
}

const FAULT_TEXTS: Readonly<Record<number, string>> = {
  400: "Bad Request: sandbox fault",
  401: "Unauthorized",
  403: "Forbidden: sandbox fault",
  500: "Internal Server Error: sandbox fault",
  502: "Bad Gateway",
};

function refusalOf(fault: FaultRule): BotApiError {
  const seconds = fault.retryAfterSeconds;
  if (seconds !== null) return tooManyRequests(seconds);
  const status = fault.status ?? 500;
  return new BotApiError(status, FAULT_TEXTS[status] ?? `Error ${status}: sandbox fault`);
}

function untilClientGivesUp(world: World, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = world.timers.set(resolve, HANG_LIMIT_MS);
    const onAbort = () => {
      world.timers.clear(timer);
      resolve();
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
