import { isIP } from "node:net";
import type { Client } from "../usecases/ports.ts";

/** Set by the gateway, which drops whatever a client sends under this name. */
const CLIENT_IP_HEADER = "x-client-ip";
const USER_AGENT_MAX = 300;

/** Where a request came from. */
export const clientOf = ({ headers }: Request): Client => {
  const ip = headers.get(CLIENT_IP_HEADER) ?? "";
  return {
    ip: isIP(ip) === 0 ? "unknown" : ip,
    userAgent: (headers.get("user-agent") ?? "").slice(0, USER_AGENT_MAX),
  };
};
