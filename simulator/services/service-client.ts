import { isKioskError, unavailable } from "../../shared/kernel/errors.ts";
import { Breaker } from "../../shared/runtime/breaker.ts";
import type { ServiceCall, ServiceClient } from "../../shared/runtime/service-client.ts";
import type { Life } from "../world/life.ts";
import type { Pool } from "../world/network.ts";
import type { World } from "../world/world.ts";
import type { InventoryApi } from "./inventory.ts";

const DEADLINE_MS = 3_000;
const RETRIES = 2;
const RETRY_PAUSE_MS = 50;
const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "DELETE"]);

/** `shared/runtime/service-client.ts` in virtual time: its deadline, its retries of what is idempotent, its breaker, its contracts. */
export const simulatedClient = (
  world: World,
  life: Life,
  inventory: Pool<InventoryApi>,
): Pick<ServiceClient, "call"> => {
  const { network, scheduler } = world;
  const breaker = new Breaker(world.trueClock);
  const once = async <Answer>({ method, path, body, answers }: ServiceCall<Answer>, leftMs: number) => {
    if (!breaker.tryAcquire()) throw unavailable("The service is not answering.");
    const ask = (api: InventoryApi) => api.internal({ method, path, body });
    const { status, body: answer } = await network
      .call(life, inventory, ask, leftMs)
      .catch((error: unknown) => {
        breaker.record(false);
        throw isKioskError(error) ? error : unavailable("The service failed.", 1, error);
      });
    breaker.record(status < 500);
    const parsed = answers[status]?.safeParse(answer);
    if (parsed?.success !== true) throw unavailable(`The service answered ${status}.`);
    return { status, data: parsed.data };
  };
  return {
    async call(call) {
      const isIdempotent = call.idempotent ?? IDEMPOTENT_METHODS.has(call.method);
      const endsAt = scheduler.nowMs + (call.deadlineMs ?? DEADLINE_MS);
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(call, Math.max(1, endsAt - scheduler.nowMs));
        } catch (error) {
          const waitMs = world.dice.below(RETRY_PAUSE_MS * 2 ** attempt);
          const mayRepeat = isIdempotent && attempt <= RETRIES && isKioskError(error, "UNAVAILABLE");
          if (!mayRepeat || scheduler.nowMs + waitMs >= endsAt) throw error;
          await life.wait(waitMs);
        }
      }
    },
  };
};
