/** The token and method in a Bot API path, whatever stands before `/bot`; undefined for another path. */
export function parseBotPath(pathname: string): { token: string; method: string } | undefined {
  const match = /\/bot([^/]*)\/([^/]+)$/.exec(pathname);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  try {
    return { token: decodeURIComponent(match[1]), method: decodeURIComponent(match[2]) };
  } catch {
    return undefined;
  }
}
