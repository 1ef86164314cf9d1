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
 * Where a request comes from, in words for a person: "Firefox on Linux, 203.0.113.7". Made of known words only, since a
 * User-Agent is a stranger's text and this line goes into a chat.
 */
export const describeDevice = (userAgent: string, ip: string): string => {
  const browser = nameIn(browsers, userAgent) ?? "An unknown program";
  const system = nameIn(systems, userAgent);
  return `${system === undefined ? browser : `${browser} on ${system}`}, ${ip === "unknown" ? "unknown address" : ip}`;
};
