import { BlockList, isIPv4, isIPv6 } from "node:net";

/** Networks that are not the internet (IANA, "Special-Purpose Address Registry", RFC 6890 and its updates). */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  // Link-local; the metadata service of most clouds is 169.254.169.254.
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  // Multicast and whatever is above it.
  ["224.0.0.0", 3],
];

const specialIpv4 = new BlockList();
for (const [network, bits] of SPECIAL_IPV4) specialIpv4.addSubnet(network, bits, "ipv4");

/** Of IPv6 only 2000::/3 is the internet, but for these. */
const internetIpv6 = new BlockList();
internetIpv6.addSubnet("2000::", 3, "ipv6");
const specialIpv6 = new BlockList();
for (const [network, bits] of [
  // Teredo, benchmarking, ORCHID and their like; documentation; 6to4, which holds an IPv4 address.
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  specialIpv6.addSubnet(network, bits, "ipv6");

/**
 * True for an address of the public internet: not of this machine, of a private network, of a cloud's metadata service, and no name.
 * An IPv4 address that is written as IPv6 (`::ffff:10.0.0.1`, `64:ff9b::a00:1`) is none: there is no use for it but to hide one.
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !specialIpv4.check(address, "ipv4");
  if (!isIPv6(address)) return false;
  return internetIpv6.check(address, "ipv6") && !specialIpv6.check(address, "ipv6");
};

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** True for this machine, by name or by address; a URL writes IPv6 in brackets. */
export const isLoopback = (host: string): boolean => {
  const bare = host.replace(/^\[|\]$/g, "");
  if (isIPv4(bare)) return LOOPBACK.check(bare, "ipv4");
  return isIPv6(bare) ? LOOPBACK.check(bare, "ipv6") : bare === "localhost";
};
