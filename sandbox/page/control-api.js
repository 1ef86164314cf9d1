import { words } from "./texts.js";

const TOKEN_KEY = "sandbox-token";
const RECONNECT_MS = 1_000;

/** A refusal of the control API, in its own words. */
export class ControlError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Asks the sandbox for the token; null means that this browser has to show one. */
export async function bootstrap() {
  const response = await fetch("/sandbox/page/bootstrap.json").catch(() => {
    throw new ControlError(0, words.unreachable);
  });
  if (!response.ok) throw new ControlError(response.status, "The sandbox does not answer as it should.");
  const { token, bot } = await response.json();
  return { bot, token: token ?? sessionStorage.getItem(TOKEN_KEY) };
}

export function rememberToken(token) {
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** The problem's detail, for people: a field is named there by its JSON pointer, "/phone". */
function refusalOf(answer, response) {
  return (answer?.detail ?? response.statusText).replace(/^\//, "");
}

/** Calls under /sandbox/api with the token. */
export function connect(token) {
  const headers = { "x-sandbox-token": token };

  const call = async (method, path, body) => {
    const init = { method, headers };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`/sandbox/api${path}`, init).catch(() => {
      throw new ControlError(0, words.unreachable);
    });
    const answer = response.status === 204 ? undefined : await response.json();
    if (!response.ok) throw new ControlError(response.status, refusalOf(answer, response));
    return answer;
  };

  return {
    get: (path) => call("GET", path),
    post: (path, body = {}) => call("POST", path, body),
    listen: (path, handlers) => listen(path, headers, handlers),
    /** An uploaded picture as an address that an image can have; undefined when it is no longer kept. */
    picture: (fileId) => pictureOf(fileId, headers),
  };
}

async function pictureOf(fileId, headers) {
  const response = await fetch(`/sandbox/api/files/${fileId}`, { headers }).catch(() => undefined);
  if (response?.ok !== true) return undefined;
  const blob = await response.blob();
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.readAsDataURL(blob);
  });
}

/**
 * Follows one of a person's chats. EventSource cannot send a header, so the stream is read by fetch.
 * Calls `onOpen` on every (re)connection, `onEvent` for each event, `onLost` when it breaks. Returns a function that ends it.
 */
function listen(path, headers, { onOpen, onEvent, onLost }) {
  const ending = new AbortController();
  const follow = async () => {
    while (!ending.signal.aborted) {
      try {
        const response = await fetch(`/sandbox/api${path}`, { headers, signal: ending.signal });
        if (!response.ok) throw new ControlError(response.status, "The chat cannot be followed.");
        onOpen();
        await readEvents(response.body, onEvent);
      } catch {
        // Reported below: whatever broke the stream, it is opened again.
      }
      if (ending.signal.aborted) return;
      onLost();
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
    }
  };
  void follow();
  return () => ending.abort();
}

async function readEvents(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) if (block.startsWith("data: ")) onEvent(JSON.parse(block.slice(6)));
  }
}
