// The events between a Mini App and Telegram (docs.telegram-mini-apps.com, "Methods" and "Events"). Telegram's own script comes from its
// server, and a page that loads nothing from elsewhere cannot use it.

type Listener = (data: unknown) => void;

interface TelegramWindow {
  /** Of Telegram's phones and of Telegram Desktop. */
  TelegramWebviewProxy?: { postEvent(type: string, data: string): void };
  Telegram?: { WebView: { receiveEvent(type: string, data: unknown): void } };
  TelegramGameProxy?: { receiveEvent(type: string, data: unknown): void };
}

const isEvent = (value: unknown): value is { eventType: string; eventData?: unknown } =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as { eventType?: unknown }).eventType === "string";

/** Opens the way to Telegram, on phones by what it puts into the page, in browsers by messages to the page around this one. */
export const openBridge = () => {
  const host = window as unknown as TelegramWindow;
  const listeners = new Map<string, Set<Listener>>();
  const receiveEvent = (type: string, data: unknown) => {
    for (const listener of listeners.get(type) ?? []) listener(data);
  };
  host.Telegram = { WebView: { receiveEvent } };
  host.TelegramGameProxy = { receiveEvent };
  window.addEventListener("message", ({ source, data }: MessageEvent<unknown>) => {
    if (source !== window.parent || typeof data !== "string") return;
    try {
      const event: unknown = JSON.parse(data);
      if (isEvent(event)) receiveEvent(event.eventType, event.eventData);
    } catch {
      // Another program's message.
    }
  });
  return {
    post(eventType: string, eventData: object = {}): void {
      if (host.TelegramWebviewProxy !== undefined)
        host.TelegramWebviewProxy.postEvent(eventType, JSON.stringify(eventData));
      // To whoever shows us, since Telegram has several addresses: nothing in it is secret.
      else if (window.parent !== window)
        window.parent.postMessage(JSON.stringify({ eventType, eventData }), "*");
    },
    /** Answers how to stop listening. */
    on(eventType: string, listener: Listener): () => void {
      const all = listeners.get(eventType) ?? new Set();
      listeners.set(eventType, all.add(listener));
      return () => void all.delete(listener);
    },
  };
};

export type Bridge = ReturnType<typeof openBridge>;
