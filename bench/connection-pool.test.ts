import { afterEach, expect, test } from "bun:test";
import type { Socket } from "bun";
import { waitFor } from "../shared/testing/wait-for.ts";
import { openConnectionPool } from "./connection-pool.ts";

const ANSWER = "HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}";
const closeLast: (() => void)[] = [];
afterEach(() => {
  for (const close of closeLast.splice(0)) close();
});

/** A server that does with a request what it is told, and the connections that it has. */
const serve = (onRequest: (socket: Socket) => void) => {
  const open = new Set<Socket>();
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: (socket) => void open.add(socket),
      close: (socket) => void open.delete(socket),
      data: onRequest,
    },
  });
  closeLast.push(() => listener.stop(true));
  return { open, url: `http://127.0.0.1:${listener.port}` };
};

const poolOf = async (url: string, size: number) => {
  const answers: string[] = [];
  const pool = await openConnectionPool(url, size, (answer) => answers.push(answer));
  closeLast.push(() => pool.close());
  return { pool, answers };
};

const REQUEST = "POST / HTTP/1.1\r\n\r\n";

test("a connection that was closed while nobody waited for an answer is no error, and is opened again when it is needed", async () => {
  const { open, url } = serve((socket) => void socket.write(ANSWER));
  const { pool, answers } = await poolOf(url, 2);
  await waitFor(() => open.size === 2);
  for (const socket of open) socket.end();
  await waitFor(() => open.size === 0);
  await waitFor(() => pool.open() === 0);
  expect(answers).toEqual([]);
  expect([pool.send(REQUEST), pool.send(REQUEST), pool.send(REQUEST)]).toEqual([true, true, false]);
  await waitFor(() => answers.length === 2);
  expect([answers, open.size, pool.underWay()]).toEqual([["201", "201"], 2, 0]);
});

test("one that ends while an answer is awaited is an error, once, and others can be sent after it", async () => {
  let requests = 0;
  const { url } = serve((socket) => {
    requests += 1;
    if (requests === 1) socket.end();
    else socket.write(ANSWER);
  });
  const { pool, answers } = await poolOf(url, 1);
  expect([pool.send(REQUEST), pool.send(REQUEST)]).toEqual([true, false]);
  await waitFor(() => answers.length === 1);
  expect(answers).toEqual(["the connection was closed"]);
  expect(pool.send(REQUEST)).toBe(true);
  await waitFor(() => answers.length === 2);
  expect(answers[1]).toBe("201");
});

test("what nobody has answered is told in the end", async () => {
  const { url } = serve(() => undefined);
  const { pool, answers } = await poolOf(url, 2);
  const before = performance.now();
  pool.send(REQUEST);
  const [sentAt = 0, ...more] = pool.close();
  expect(sentAt).toBeGreaterThanOrEqual(before);
  expect([more, answers]).toEqual([[], []]);
});
