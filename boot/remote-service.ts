import type { ServiceFetch } from "../shared/ports/service-fetch.ts";

/** Says to a service in another process that the call comes from one of ours, whose word on who is calling counts. */
export const PEER_HEADER = "x-kiosk-peer";

/** A service in another process: the same path at its address. Redirects are passed on, bodies are streamed. */
export const remoteService =
  (address: string, peerToken: string): ServiceFetch =>
  (request) => {
    const { pathname, search } = new URL(request.url);
    const outgoing = new Request(`${address}${pathname}${search}`, request);
    outgoing.headers.set(PEER_HEADER, peerToken);
    return fetch(outgoing, { redirect: "manual" });
  };
