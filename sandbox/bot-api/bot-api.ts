import { botIdOf } from "../bot-identity.ts";
import type { Faults } from "../faults/faults.ts";
import { strike } from "../faults/strike.ts";
import { sameSecret } from "../same-secret.ts";
import { isoNow, type World } from "../state/world.ts";
import type { CallLog } from "./call-log.ts";
import { BotApiError, methodNotModelled, TEXTS } from "./errors.ts";
import type { LongPolling } from "./long-poll.ts";
import { canonicalMethodName } from "./method-names.ts";
import { type CallContext, MODELLED_METHODS } from "./methods.ts";
import { type CallParameters, readParameters } from "./parameters.ts";
import type { RateModel } from "./rate-model.ts";
import type { WebhookMethods } from "./webhook-settings.ts";

/** What a client sees: an answer, a proxy's error page, or a connection that breaks. */
export type CallOutcome =
  | {
      kind: "answer";
      status: number;
      body: Record<string, unknown>;
      retryAfterSeconds: number | null;
      /** application/json unless said. */
      contentType?: string;
    }
  | { kind: "html502" }
  | { kind: "reset" };

export interface BotApiParts {
  world: World;
  token: string;
  faults: Faults;
  calls: CallLog;
  rates: RateModel;
  polling: LongPolling;
  webhooks: WebhookMethods;
  /** Fires when the sandbox stops: calls that hang end. */
  stopped: AbortSignal;
}

export type BotApi = (request: Request, path: { token: string; method: string }) => Promise<CallOutcome>;

/** The Bot API of one bot: `/bot<token>/<method>` with the envelope and statuses of the official server. */
export function createBotApi(parts: BotApiParts): BotApi {
  return async (request, { token, method }) => {
    const refusal = refuseToken(parts.token, token);
    if (refusal !== undefined) return answerOf(refusal);
    let parameters: CallParameters;
    try {
      parameters = await readParameters(request);
    } catch (error) {
      return answerOf(asBotApiError(error));
    }
    return runCall(parts, {
      method: canonicalMethodName(method) ?? method,
      parameters,
      signal: request.signal,
    });
  };
}

function refuseToken(expected: string, token: string): BotApiError | undefined {
  if (sameSecret(token, expected)) return undefined;
  return new BotApiError(401, botIdOf(token) === undefined ? TEXTS.tokenMalformed : TEXTS.tokenUnknown);
}

interface Call {
  method: string;
  parameters: CallParameters;
  signal: AbortSignal;
}

async function runCall(parts: BotApiParts, call: Call): Promise<CallOutcome> {
  const { calls, faults } = parts;
  const record = calls.begin(call.method, call.parameters);
  const fault = faults.take(call.method, call.parameters);
  if (fault === undefined) {
    const outcome = await answer(parts, call);
    calls.settle(record, { ...factsOf(outcome), applied: isOk(outcome) });
    return outcome;
  }
  const applied = fault.applied ? await answer(parts, call) : undefined;
  const seen = await strike(parts.world, fault, AbortSignal.any([call.signal, parts.stopped]));
  calls.settle(record, {
    ...factsOf(seen),
    applied: applied !== undefined && isOk(applied),
    fault: fault.phase,
  });
  return seen;
}

type Answer = Extract<CallOutcome, { kind: "answer" }>;

async function answer(parts: BotApiParts, call: Call): Promise<Answer> {
  try {
    return {
      kind: "answer",
      status: 200,
      body: { ok: true, result: await act(parts, call) },
      retryAfterSeconds: null,
    };
  } catch (error) {
    return answerOf(asBotApiError(error));
  }
}

async function act(parts: BotApiParts, { method, parameters, signal }: Call): Promise<unknown> {
  const { world, rates, polling, webhooks } = parts;
  if (world.loggedOutUntil !== null && world.loggedOutUntil > isoNow(world)) {
    throw new BotApiError(400, "Logged out");
  }
  rates.take(method, parameters);
  const run = MODELLED_METHODS.get(method);
  if (run !== undefined) return run({ world, parameters, signal, polling, webhooks } satisfies CallContext);
  if (canonicalMethodName(method) !== undefined) throw methodNotModelled(method);
  throw new BotApiError(404, TEXTS.methodNotFound);
}

function asBotApiError(error: unknown): BotApiError {
  if (error instanceof BotApiError) return error;
  throw error;
}

/** The refusal in the Bot API's envelope; a 429 says how long to wait in the body and in `Retry-After`. */
export function answerOf({ status, description, parameters }: BotApiError): Answer {
  return {
    kind: "answer",
    status,
    body: { ok: false, error_code: status, description, ...(parameters === undefined ? {} : { parameters }) },
    retryAfterSeconds:
      parameters !== undefined && "retry_after" in parameters ? parameters.retry_after : null,
  };
}

function isOk(outcome: Answer): boolean {
  return outcome.status === 200;
}

function factsOf(outcome: CallOutcome): { status: number | null; description: string | null } {
  if (outcome.kind === "reset") return { status: null, description: "connection reset" };
  if (outcome.kind === "html502") return { status: 502, description: "html page" };
  const description = outcome.body.description;
  return { status: outcome.status, description: typeof description === "string" ? description : null };
}
