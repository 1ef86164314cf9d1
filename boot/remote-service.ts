import { isRepeatable } from "../gateway/repeatable.ts";
import { NOT_TAKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { pathOf } from "../shared/http/service-app.ts";
import { AddressFailed, NotTaken, type ServiceFetch } from "../shared/ports/service-fetch.ts";
import { type AddressTurns, createAddressTurns, type Turn } from "./address-turns.ts";
import { type Message, readMessage } from "./message.ts";

/** Says to a service in another process that the call comes from one of ours, whose word on who is calling counts. */
export const PEER_HEADER = "x-kiosk-peer";
/** An address that has been silent for so long gets no new requests for now; those that wait there go on waiting. */
const SILENCE_MS = 2_000;

// What Bun's fetch (1.4.5) says of a connection that failed, as tried with sockets that refuse, close and reset:
//
// - ECONNREFUSED, ENOTFOUND: nobody is there, and nothing has been sent. Of a request that fetch sent again by itself it says
//   so of the second time alone, which `readMessage` keeps from happening where it matters.
// - ECONNRESET: closed after it was opened, be it before, in or after the request or in the head of the answer. Nobody knows what
//   has been done.
const NEVER_SENT: ReadonlySet<unknown> = new Set(["ECONNREFUSED", "ENOTFOUND"]);

const wasNeverSent = (error: unknown): boolean =>
  error instanceof Error && NEVER_SENT.has(Reflect.get(error, "code"));

/** Sends it to the address whose turn it is, and keeps what that tells of the address. */
const take = async (
  turns: AddressTurns,
  turn: Turn,
  message: Message,
  signal: AbortSignal,
): Promise<Response> => {
  const silence = setTimeout(turn.failed, SILENCE_MS);
  try {
    const response = await message.sendTo(turn.address);
    if (response.headers.has(NOT_TAKEN_HEADER)) turn.failed();
    else turn.worked();
    return response;
  } catch (error) {
    if (signal.aborted) turn.abandoned();
    else turn.failed();
    const isTheService = signal.aborted || wasNeverSent(error) || !turns.othersAreWell(turn.address);
    throw isTheService ? error : new AddressFailed(error);
  } finally {
    clearTimeout(silence);
  }
};

/**
 * A service in other processes: the same path at one of its addresses, each in its turn. One that has not taken the request is
 * passed over at once; when a connection breaks after the request was sent, that is the answer, and the caller knows
 * what it may repeat. Redirects are passed on, answers are streamed.
 */
export const remoteService = (addresses: readonly string[], peerToken: string): ServiceFetch => {
  const turns = createAddressTurns(addresses);

  const send = async (request: Request, message: Message, tried: ReadonlySet<string>): Promise<Response> => {
    const turn = turns.next(tried, isRepeatable(request, pathOf(request.url)));
    const isLast = tried.size + 1 >= addresses.length;
    const goOn = () => send(request, message, new Set([...tried, turn.address]));
    let response: Response;
    try {
      response = await take(turns, turn, message, request.signal);
    } catch (error) {
      if (!wasNeverSent(error) || !message.isWhole()) throw error;
      if (isLast) throw new NotTaken(error);
      return goOn();
    }
    if (isLast || !response.headers.has(NOT_TAKEN_HEADER) || !message.isWhole()) return response;
    await response.body?.cancel();
    return goOn();
  };
  return async (request) =>
    send(request, await readMessage(request, { [PEER_HEADER]: peerToken }), new Set());
};
