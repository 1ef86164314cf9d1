// A Bun that fetches what it is asked for from UPSTREAM, and nothing else: what one hop more costs at least.

const upstream = process.env.UPSTREAM;
if (upstream === undefined) throw new Error("UPSTREAM names nobody to ask.");

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request) => {
    const { pathname, search } = new URL(request.url);
    return fetch(upstream + pathname + search, {
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
  },
});
process.on("disconnect", () => process.exit(0));
process.send?.(`http://127.0.0.1:${server.port}`);
