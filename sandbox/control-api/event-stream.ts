import type { World } from "../state/world.ts";
import type { TimerHandle } from "../time.ts";
import { eventView, type Onlooker } from "./views.ts";

/** A comment line goes out this often, so that no proxy or server takes the stream for dead. */
const HEARTBEAT_MS = 8_000;

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) about one of a person's chats. */
export function eventStream(world: World, onlooker: Onlooker, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  let heartbeat: TimerHandle;
  let unsubscribe = () => {};
  let isOpen = true;
  const close = () => {
    isOpen = false;
    unsubscribe();
    world.timers.clear(heartbeat);
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text));
      };
      const beat = () => {
        write(": alive\n\n");
        heartbeat = world.timers.set(beat, HEARTBEAT_MS);
      };
      unsubscribe = world.changes.subscribe((change) => {
        const event = eventView(world, change, onlooker);
        if (event !== undefined) write(`data: ${JSON.stringify(event)}\n\n`);
      });
      signal.addEventListener(
        "abort",
        () => {
          if (!isOpen) return;
          close();
          controller.close();
        },
        { once: true },
      );
      beat();
    },
    cancel: close,
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" },
  });
}
