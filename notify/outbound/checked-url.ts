import { isIP } from "node:net";
import { type AddressPolicy, mayConnectOf } from "./checked-lookup.ts";

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

const mayBeCalled = ({ hostname, protocol }: URL, policy: AddressPolicy): boolean =>
  isIP(bare(hostname)) === 0 || mayConnectOf(policy, protocol)(bare(hostname));

const protocolsOf = (policy: AddressPolicy): readonly string[] =>
  policy === "any" ? ["https:", "http:"] : ["https:"];

/**
 * Why an address cannot be a webhook's; null where it can. What a name resolves to is looked at with each call, since it may change: here only
 * what the text itself says.
 */
export const checkedUrl =
  (policy: AddressPolicy) =>
  (text: string): string | null => {
    if (!URL.canParse(text)) return "must be a URL";
    const url = new URL(text);
    const protocols = protocolsOf(policy);
    if (!protocols.includes(url.protocol)) return `must begin with ${protocols.join("// or ")}//`;
    if (`${url.username}${url.password}` !== "") return "must hold no user and no password";
    if (url.hash !== "") return "must hold no #";
    return mayBeCalled(url, policy) ? null : "must be an address that may be called";
  };
