// Elysia with one route that answers the same 260 bytes of JSON, and nothing else: what reads are compared with.

import { Elysia } from "elysia";

/** `JSON.stringify` of it makes 260 bytes. */
const answer = {
  id: "0190a000-0000-7000-8000-000000000001",
  name: "A fixed answer",
  filler: "x".repeat(179),
};

const app = new Elysia().get("/fixed", () => answer).listen({ hostname: "127.0.0.1", port: 0 });
process.on("disconnect", () => process.exit(0));
process.send?.(`http://127.0.0.1:${app.server?.port}`);
