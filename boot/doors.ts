import { GATEWAY_BODY_MAX_BYTES } from "../gateway/gateway.ts";
import { CLIENT_IP_HEADER } from "../gateway/headers.ts";
import { problemResponse } from "../shared/http/problem.ts";
import { unavailable } from "../shared/kernel/errors.ts";
import { createHttpServer, type HttpServer } from "../shared/runtime/http-server.ts";
import type { Service } from "../shared/runtime/service.ts";
import type { Closers } from "./closers.ts";
import { addressOfPart, type BootConfig, type PartName, portOf } from "./config.ts";

type Answer = (request: Request, clientIp: string) => Promise<Response>;

/** The ports of this process. They are taken first, so that a port in use is known before anything is started. */
export interface Doors {
  /** The address of the gateway, here or elsewhere. */
  readonly gatewayUrl: string;
  /** The address to tell people: the gateway's where it runs here, else that of the first part. */
  readonly url: string;
  /** From now on requests are answered; before they are told to come back. */
  open(answers: { readonly gateway: Answer | null; readonly services: readonly Service[] }): void;
}

const notYet: Answer = async () =>
  problemResponse(unavailable("Kiosk is starting or stopping."), crypto.randomUUID());

/** A service that listens by itself believes only the gateway's word on who calls; see `forwardedHeaders`. */
const answerOf =
  (service: Service): Answer =>
  async (request, clientIp) => {
    if (request.headers.has(CLIENT_IP_HEADER)) return service.fetch(request);
    request.headers.set(CLIENT_IP_HEADER, clientIp);
    return service.fetch(request);
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
    });
    await server.start();
    closers.defer(`the port of ${part}`, () => server.stop());
    servers.set(part, server);
  }
  const first = servers.get("gateway") ?? [...servers.values()][0];
  return {
    gatewayUrl: servers.get("gateway")?.url ?? addressOfPart(config, "gateway"),
    url: first?.url ?? "",
    open({ gateway, services }) {
      if (gateway) answers.set("gateway", gateway);
      for (const service of services)
        if (servers.has(service.name)) answers.set(service.name, answerOf(service));
      closers.defer("the doors", () => answers.clear());
    },
  };
};
