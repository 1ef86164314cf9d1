/** The first that fits names it: Edge and Opera call themselves Chrome, Chrome calls itself Safari. */
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad|iPod)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

const nameIn = (names: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  names.find(([pattern]) => pattern.test(text))?.[1];

/**
 * The program and system that a User-Agent names: "Firefox on Linux". Made of known words only, since a User-Agent is a
 * stranger's text and this goes into chats and lists.
 */
export const deviceName = (userAgent: string): string => {
  const browser = nameIn(browsers, userAgent) ?? "An unknown program";
  const system = nameIn(systems, userAgent);
  return system === undefined ? browser : `${browser} on ${system}`;
};

/** Where a request comes from, in words for a person: "Firefox on Linux, 203.0.113.7". */
export const describeDevice = (userAgent: string, ip: string): string =>
  `${deviceName(userAgent)}, ${ip === "unknown" ? "unknown address" : ip}`;

/** Addresses that say no more of a place than that it is near (RFC 1918, RFC 4193, RFC 3927, loopback). */
const NEAR =
  /^(?:10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/** As much of a place as an address tells without asking anybody; null where it is not known. */
export const placeOf = (ip: string): string | null => {
  if (ip === "unknown" || ip === "") return null;
  const bare = ip.replace(/^::ffff:/i, "");
  return NEAR.test(bare) ? "local network" : bare;
};

/** How long a device is known after it was used last. */
export const DEVICE_MEMORY_MS = 90 * 86_400_000;

/** The first 32 bits of an IPv6 address: what a provider is given (RFC 6177). */
const wideNetwork = (ip: string): string => {
  const [first = "", second = ""] = ip.split(":");
  return [first, second].map((group) => Number.parseInt(group || "0", 16).toString(16)).join(":");
};

/** The network that an address belongs to, wide enough that a line which gets another address stays in it. */
const networkOf = (ip: string): string => {
  const place = placeOf(ip);
  if (place === null || !/^[0-9a-f.:]+$/i.test(place)) return place ?? "unknown";
  return place.includes(":") ? wideNetwork(place) : place.split(".").slice(0, 2).join(".");
};

/**
 * What makes two sign-ins the same device: the program, the system and the network. The program alone would be a thief's as well,
 * since there are few; the address alone changes by itself. Versions are left out: programs update themselves.
 */
export const deviceKey = ({ userAgent, ip }: { readonly userAgent: string; readonly ip: string }): string =>
  `${deviceName(userAgent)} in ${networkOf(ip)}`;
