import { KioskError } from "../shared/kernel/errors.ts";
import type { Logger } from "../shared/ports/logger.ts";
import { within } from "../shared/runtime/retry.ts";
import type { ServiceName } from "../shared/runtime/service.ts";
import type { KeptBody } from "./bounded-body.ts";
import type { Forward, ForwardFacts } from "./forward.ts";
import { answerOfOwner, mergedLists, mergedPages, mergedReplays, type Said } from "./shared-answer.ts";

/** Longest wait for whole answers to a read: one service that hangs holds the others' up for so long. */
const READ_DEADLINE_MS = 2_500;
/** The same for what changes something: as long as any other route may take. */
const WRITE_DEADLINE_MS = 5_000;

type Combine = (said: readonly Said[], url: URL) => Response;

const combineFor = (method: string, pathname: string): Combine => {
  if (method === "GET" && pathname === "/v1/ops/parked") return mergedPages;
  if (method === "GET" && pathname === "/v1/ops/outbox") return mergedLists;
  if (method === "POST" && pathname === "/v1/ops/parked/replay") return mergedReplays;
  return answerOfOwner;
};

/** The service that the caller names, if any: a filter, so whatever else stands there is left to the services to refuse. */
const namedIn = (url: URL, body: Uint8Array | undefined): unknown => {
  if (body === undefined) return url.searchParams.get("service");
  try {
    return (JSON.parse(new TextDecoder().decode(body)) as { service?: unknown } | null)?.service;
  } catch {
    return undefined;
  }
};

/** The whole body, of which each service gets a copy. */
const bytesOf = async (
  incoming: Request,
  kept: KeptBody | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  if (kept === null || incoming.body === null) return undefined;
  return kept instanceof Uint8Array ? kept : incoming.bytes();
};

/** Several services' answer to one request, as one. */
export type AskSeveral = (
  incoming: Request,
  services: readonly ServiceName[],
  facts: ForwardFacts,
) => Promise<Response>;

/** Asks services of one request, with the caller's own headers: each checks the caller itself. It never rejects for one that is silent. */
export const createAskSeveral = (forward: Forward, log: Logger): AskSeveral => {
  const ask = async (service: ServiceName, request: Request, facts: ForwardFacts): Promise<Said> => {
    const deadlineMs = request.method === "GET" ? READ_DEADLINE_MS : WRITE_DEADLINE_MS;
    const wholeAnswer = async () => {
      const response = await forward(service, request, { ...facts, deadlineMs });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const late = () => new KioskError("TIMEOUT", `The ${service} service took too long.`);
    try {
      return { service, answer: await within(wholeAnswer(), deadlineMs, late) };
    } catch (error) {
      log.debug("a service did not answer for its part", { service, error });
      return { service, answer: null };
    }
  };

  return async (incoming, services, facts) => {
    const { url, method, headers, signal } = incoming;
    const body = await bytesOf(incoming, facts.body);
    const target = new URL(url);
    const named = namedIn(target, body);
    const asked = services.filter((service) => service === named);
    const said = await Promise.all(
      (asked.length > 0 ? asked : services).map((service) =>
        ask(service, new Request(url, { method, headers, signal }), { ...facts, body: body ?? null }),
      ),
    );
    return combineFor(method, target.pathname)(said, target);
  };
};
