// Answers that no schema checks, since they are streams: how the API documents describe them, in a route's `detail.responses`.

/** A stream of Server-Sent Events; `example` is what one of them looks like on the wire. */
export const eventStreamAnswer = (example: string) => ({
  200: {
    description: "Server-Sent Events, until either side ends it",
    content: { "text/event-stream": { schema: { type: "string" as const }, example } },
  },
});

/** A file that is sent as it is read. */
export const fileAnswer = (type: string, description: string, example: unknown) => ({
  200: { description, content: { [type]: { schema: {}, example } } },
});
