const LOOPBACK_IPV4 = /^127(\.\d{1,3}){3}$/;

/** Whether a URL's host name is this machine's own. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || LOOPBACK_IPV4.test(hostname);
}

/** Whether a peer's IP address is this machine's own, IPv4 in IPv6 included. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || LOOPBACK_IPV4.test(address.replace(/^::ffff:/i, ""));
}
