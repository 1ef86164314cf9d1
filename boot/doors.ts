import { GATEWAY_BODY_MAX_BYTES, mayBeSlow } from "../gateway/gateway.ts";
import { createNotificationsSocket } from "../gateway/notifications-socket.ts";
import { NOT_TAKEN_HEADER } from "../shared/contracts/internal-api.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import { createClientAddress } from "../shared/runtime/client-address.ts";
import { createHttpServer, type HttpServer } from "../shared/runtime/http-server.ts";
import { pause } from "../shared/runtime/retry.ts";
import type { Closers } from "./closers.ts";
import { type BootConfig, gatewayAddress, type PartName, portOf } from "./config.ts";
import { type Answer, refuse } from "./service-door.ts";

/**
 * How long a closing service goes on saying that it takes no more. Its callers keep connections, and what is sent on one just as it is
 * cut is lost without anybody knowing what became of it: within this time they hear that they have to go elsewhere.
 */
const FAREWELL_MS = 500;

/** The ports of this process. They are taken first, so that a port in use is known before anything is started. */
export interface Doors {
  /** The address of the gateway, here or elsewhere. */
  readonly gatewayUrl: string;
  /** The address to tell people: the gateway's where it runs here, else that of the first part. */
  readonly url: string;
  /** From now on requests are answered; before they are told to come back. */
  open(answers: ReadonlyMap<PartName, Answer>): void;
}

/** Nothing has been done with the request: who knows another address of the service may go there. */
const notYet: Answer = async () => {
  const response = refuse(unavailable("Kiosk is starting or stopping."));
  response.headers.set(NOT_TAKEN_HEADER, "true");
  // A connection that is kept would break under the next request.
  response.headers.set("connection", "close");
  return response;
};

/** In one process only the gateway listens; parts that were named listen each on its own port. */
export const openDoors = async (
  config: BootConfig,
  parts: readonly PartName[],
  named: boolean,
  closers: Closers,
): Promise<Doors> => {
  const answers = new Map<PartName, Answer>();
  const servers = new Map<PartName, HttpServer>();
  for (const part of named ? parts : (["gateway"] as const)) {
    const { port, variable } = portOf(config, part);
    const fetch: Answer = (request, clientIp) => (answers.get(part) ?? notYet)(request, clientIp);
    const server = createHttpServer({
      name: part,
      host: config.HOST,
      port,
      portVariable: variable,
      bodyMaxBytes: GATEWAY_BODY_MAX_BYTES,
      fetch,
      ...(part === "gateway" ? { clientAddress: createClientAddress(config.TRUSTED_PROXIES) } : {}),
      atHand: (request) => answers.get(part)?.atHand?.(request) ?? null,
      // Who asks a service has the whole of a request already, or is the gateway, which bounds a file's pauses.
      mayBeSlow: part === "gateway" ? mayBeSlow : () => true,
      ...(part === "gateway" ? { sockets: createNotificationsSocket(fetch) } : {}),
    });
    await server.start();
    closers.defer(`the port of ${part}`, () => server.stop());
    servers.set(part, server);
  }
  const hasCallers = [...servers.keys()].some((part) => part !== "gateway");
  const first = servers.get("gateway") ?? [...servers.values()][0];
  return {
    gatewayUrl: servers.get("gateway")?.url ?? gatewayAddress(config),
    url: first?.url ?? "",
    open(opened) {
      for (const [part, answer] of opened) answers.set(part, answer);
      closers.defer("the doors", async () => {
        answers.clear();
        if (hasCallers) await pause(FAREWELL_MS);
      });
    },
  };
};
