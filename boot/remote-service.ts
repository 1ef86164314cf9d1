import type { ServiceFetch } from "../shared/ports/service-fetch.ts";

/** A service in another process: the same path at its address. Redirects are passed on, bodies are streamed. */
export const remoteService =
  (address: string): ServiceFetch =>
  (request) => {
    const { pathname, search } = new URL(request.url);
    return fetch(new Request(`${address}${pathname}${search}`, request), { redirect: "manual" });
  };
