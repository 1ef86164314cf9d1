import { afterEach, expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { type TcpProxy, tcpProxy } from "./tcp-proxy.ts";
import { waitFor } from "./wait-for.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Repeats what it hears, and remembers it. */
const echo = async () => {
  let heard = "";
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      heard += chunk;
      socket.write(chunk);
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  closers.push(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const proxy = await tcpProxy(`tcp://127.0.0.1:${address.port}`, 0);
  closers.push(proxy.close);
  return { proxy, heard: () => heard };
};

const talkThrough = ({ port }: TcpProxy) => {
  const socket: Socket = connect(port, "127.0.0.1");
  const talk = { heard: "", ended: false };
  socket.on("error", () => undefined);
  socket.on("data", (chunk) => {
    talk.heard += chunk;
  });
  socket.on("close", () => {
    talk.ended = true;
  });
  closers.push(() => void socket.destroy());
  return { talk, say: (text: string) => socket.write(text) };
};

test("a black hole keeps connections and swallows what they say; afterwards new ones pass and those stay silent", async () => {
  const { proxy, heard } = await echo();
  const before = talkThrough(proxy);
  before.say("one");
  await waitFor(() => before.talk.heard === "one");

  proxy.swallow();
  const meanwhile = talkThrough(proxy);
  before.say("two");
  meanwhile.say("three");
  await waitFor(() => proxy.swallowed() === "twothree".length);

  proxy.open();
  const after = talkThrough(proxy);
  after.say("four");
  await waitFor(() => after.talk.heard === "four");
  before.say("five");
  meanwhile.say("six");
  after.say("seven");
  await waitFor(() => after.talk.heard === "fourseven" && proxy.swallowed() === "twothreefivesix".length);
  expect([before.talk, meanwhile.talk]).toEqual([
    { heard: "one", ended: false },
    { heard: "", ended: false },
  ]);
  expect(heard()).toBe("onefourseven");
});

test("cut ends what there is and lets new ones in; shut lets nobody in until it is opened", async () => {
  const { proxy } = await echo();
  const first = talkThrough(proxy);
  first.say("one");
  await waitFor(() => first.talk.heard === "one");
  proxy.cut();
  await waitFor(() => first.talk.ended);
  const second = talkThrough(proxy);
  second.say("two");
  await waitFor(() => second.talk.heard === "two");
  proxy.shut();
  await waitFor(() => second.talk.ended);
  const third = talkThrough(proxy);
  await waitFor(() => third.talk.ended);
  proxy.open();
  const fourth = talkThrough(proxy);
  fourth.say("four");
  await waitFor(() => fourth.talk.heard === "four");
});

test("a slow line keeps the order of what it carries, and is free again when it is opened", async () => {
  const { proxy } = await echo();
  proxy.slow(20, 20);
  const { talk, say } = talkThrough(proxy);
  const words = Array.from({ length: 200 }, (_, i) => `${i} `);
  for (const word of words) say(word);
  await waitFor(() => talk.heard.length >= words.join("").length);
  expect(talk.heard).toBe(words.join(""));
  proxy.open();
  say("end");
  await waitFor(() => talk.heard.endsWith("end"));
});

test("a throttled line carries everything, and nothing sooner than its turn", async () => {
  const { proxy, heard } = await echo();
  const text = "x".repeat(20_000);
  proxy.throttle(200_000);
  const steady = talkThrough(proxy);
  steady.say(text);
  await waitFor(() => steady.talk.heard === text);
  proxy.throttle(10);
  // Half an hour for the one, a tenth of a second for the other.
  talkThrough(proxy).say(text);
  const other = talkThrough(proxy);
  other.say("!");
  await waitFor(() => other.talk.heard === "!");
  expect(heard()).toBe(`${text}!`);
});

test("a reset ends connections without a goodbye, and lets new ones in", async () => {
  const { proxy } = await echo();
  const first = talkThrough(proxy);
  first.say("one");
  await waitFor(() => first.talk.heard === "one");
  proxy.reset();
  await waitFor(() => first.talk.ended);
  const second = talkThrough(proxy);
  second.say("two");
  await waitFor(() => second.talk.heard === "two");
});
