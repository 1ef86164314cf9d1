/**
 * The same answer, which says once when its body has ended, was broken off or is no longer read. `gone` is the client's signal: Bun (1.4.5)
 * aborts it when the connection ends, but cancels the body of an answer only where it was about to read of it.
 */
export const heldAnswer = (response: Response, tell: () => void, gone?: AbortSignal): Response => {
  let isTold = false;
  const onEnd = (): void => {
    if (isTold) return;
    isTold = true;
    gone?.removeEventListener("abort", onEnd);
    tell();
  };
  if (gone?.aborted) onEnd();
  else gone?.addEventListener("abort", onEnd, { once: true });
  const { body } = response;
  if (body === null) {
    onEnd();
    return response;
  }
  const reader = body.getReader();
  const watched = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          onEnd();
          controller.close();
        } catch (error) {
          onEnd();
          controller.error(error);
        }
      },
      cancel(reason) {
        onEnd();
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead of the reader.
    { highWaterMark: 0 },
  );
  return new Response(watched, response);
};
