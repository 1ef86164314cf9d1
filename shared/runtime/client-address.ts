import { BlockList, isIP } from "node:net";

/** Who is calling, by the address of the connection and what trusted proxies say of it. */
export type ClientAddress = (headers: Headers, remote: string) => string;

const kindOf = (address: string): "ipv4" | "ipv6" => (isIP(address) === 6 ? "ipv6" : "ipv4");

/** A listening socket for both families shows an IPv4 address as one of IPv6 (RFC 4291, section 2.5.5.2). */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, "");

/** An entry of `X-Forwarded-For` without its port: `1.2.3.4:80`, `[::1]:80`. Null where it is no address. */
const addressIn = (entry: string): string | null => {
  const text = plain(
    entry
      .trim()
      .replace(/^\[([^\]]+)\](:\d+)?$/, "$1")
      .replace(/^(\d+\.[\d.]+):\d+$/, "$1"),
  );
  return isIP(text) === 0 ? null : text;
};

/** Whether a text names an address (`10.0.0.7`) or a network (`10.0.0.0/8`). */
export const isNetwork = (text: string): boolean => {
  const [address = "", prefix, ...rest] = text.split("/");
  const bits = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
};

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    if (prefix === undefined) list.addAddress(address, kindOf(address));
    else list.addSubnet(address, Number(prefix), kindOf(address));
  }
  return list;
};

/**
 * The address of a client behind proxies of ours: in `X-Forwarded-For` the last one that is no proxy of ours, since each
 * proxy adds whom it has seen at the end and what stands before is anybody's word. Of a connection from elsewhere the header counts for
 * nothing. `trusted` holds addresses and networks that `isNetwork` accepts; without any the connection's own address is the client's.
 */
export const createClientAddress = (trusted: readonly string[]): ClientAddress => {
  const proxies = listOf(trusted);
  const isProxy = (address: string): boolean =>
    isIP(address) !== 0 && proxies.check(address, kindOf(address));
  if (trusted.length === 0) return (_headers, remote) => remote;
  return (headers, remote) => {
    let seen = plain(remote);
    for (const entry of (headers.get("x-forwarded-for") ?? "").split(",").reverse()) {
      const said = isProxy(seen) ? addressIn(entry) : null;
      if (said === null) return seen;
      seen = said;
    }
    return seen;
  };
};
