import { Elysia } from "elysia";
import { within } from "../runtime/retry.ts";

/** Longest wait for one dependency's answer. */
const CHECK_TIMEOUT_MS = 1_000;

/** What a service needs in order to work. One that is not `required` only degrades it. */
export interface DependencyCheck {
  readonly name: string;
  readonly required: boolean;
  /** What else is known of it, such as how many of the consumers run. Must not wait for anything. */
  readonly details?: () => Readonly<Record<string, string | number | boolean>>;
  /** Resolves when the dependency is well. */
  check(): Promise<void>;
}

export interface DependencyState {
  readonly name: string;
  readonly state: "up" | "down";
  readonly required: boolean;
  readonly responseTimeMs: number;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

const stateOf = async ({ name, required, details, check }: DependencyCheck): Promise<DependencyState> => {
  const startedAt = performance.now();
  const up = await within(check(), CHECK_TIMEOUT_MS, () => new Error("no answer in time")).then(
    () => true,
    () => false,
  );
  return {
    name,
    state: up ? "up" : "down",
    required,
    responseTimeMs: Math.round(performance.now() - startedAt),
    ...(details === undefined ? {} : { details: details() }),
  };
};

/** `GET /health`: the process answers. `GET /ready`: with each dependency's state; 503 while a required one is down. */
export const healthRoutes = (service: string, dependencies: readonly DependencyCheck[]) =>
  new Elysia({ normalize: false })
    .get("/health", () => ({ status: "ok", service }), { detail: { hide: true } })
    .get(
      "/ready",
      async ({ set }) => {
        const states = await Promise.all(dependencies.map(stateOf));
        const ready = states.every(({ state, required }) => state === "up" || !required);
        set.status = ready ? 200 : 503;
        return { status: ready ? "ready" : "not-ready", service, dependencies: states };
      },
      { detail: { hide: true } },
    );
