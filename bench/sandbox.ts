// `bun bench/sandbox.ts`: how quickly the stand-in for Telegram starts, how many calls a second it answers without a socket and over
// one, and what it holds in memory when all of its ring buffers are full.

import { heapStats } from "bun:jsc";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { botPath } from "../sandbox/testing/bot-path.ts";
import { spreadOf } from "./statistics.ts";

const TOKEN = "a-control-token-of-the-bench";
const ROUNDS = 5;
const WARM_UP_CALLS = 2_000;
const CALLS = 20_000;
const PEOPLE = 200;
const AT_ONCE = 16;
const HTTP_CLIENTS = 32;
/** More than the buffers of messages hold. */
const FILLING_CALLS = 110_000;

type Send = (n: number) => Promise<unknown>;

const perSecond = async (calls: number, atOnce: number, send: Send): Promise<number> => {
  let next = 0;
  const begin = performance.now();
  const lane = async () => {
    while (next < calls) await send(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return calls / ((performance.now() - begin) / 1_000);
};

const roundsOf = async (atOnce: number, send: Send) => {
  await perSecond(WARM_UP_CALLS, atOnce, send);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await perSecond(CALLS, atOnce, send));
  return spreadOf(rates);
};

interface Start {
  /** By the wall, which other work on the machine slows down, … */
  ms: number;
  /** … and of the processor. */
  processorMs: number;
}

/** In a process of its own, as a newcomer starts it: loading the code, a sandbox with its state, and a first answer. */
const startOnce = async (): Promise<Start> => {
  const code = `
    const begin = performance.now();
    const used = process.cpuUsage();
    const { createSandbox } = await import("${import.meta.dir}/../sandbox/sandbox.ts");
    const sandbox = createSandbox({ controlToken: "x", publicUrl: "http://127.0.0.1" });
    await sandbox.start();
    await (await sandbox.botFetch("http://sandbox.local${botPath("getMe")}")).json();
    const { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify({ ms: performance.now() - begin, processorMs: (user + system) / 1_000 }));
    await sandbox.stop();
  `;
  const child = Bun.spawn([process.execPath, "-e", code], { stdout: "pipe", stderr: "inherit" });
  const text = await new Response(child.stdout).text();
  await child.exited;
  return JSON.parse(text) as Start;
};

const peopleOf = async (sandbox: Sandbox): Promise<number[]> => {
  const control = async (path: string, body: unknown) => {
    const headers = { "x-sandbox-token": TOKEN };
    const url = `http://127.0.0.1/sandbox/api${path}`;
    const answer = await sandbox.fetch(
      new Request(url, { method: "POST", headers, body: JSON.stringify(body) }),
    );
    return (await answer.json()) as { id: number };
  };
  const ids: number[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const phone = `+1202${String(n).padStart(7, "0")}`;
    const { id } = await control("/people", { firstName: "Ada", phone });
    await control(`/people/${id}/start`, {});
    ids.push(id);
  }
  return ids;
};

const senderBy =
  (request: typeof fetch, root: string, people: readonly number[]): Send =>
  async (n) => {
    const answer = await request(`${root}${botPath("sendMessage")}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        chat_id: people[n % people.length],
        text: `<b>Order ${n}</b>\nConfirmed`,
        parse_mode: "HTML",
        reply_markup: { inline_keyboard: [[{ text: "Cancel", callback_data: `c:${n}` }]] },
      }),
    });
    if (!answer.ok) throw new Error(`the sandbox refused: ${await answer.text()}`);
    await answer.json();
  };

/** What is kept, and not what the process has been given by the system. */
const heapMb = (): number => {
  Bun.gc(true);
  return heapStats().heapSize / 1_000_000;
};

const rounded = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(Number(value))]));

const { createSandbox } = await import("../sandbox/sandbox.ts");
const starts: Start[] = [];
for (let round = 0; round < ROUNDS; round += 1) starts.push(await startOnce());

const sandbox = createSandbox({ controlToken: TOKEN, publicUrl: "http://127.0.0.1" });
await sandbox.start();
const people = await peopleOf(sandbox);
const inProcess = senderBy(sandbox.botFetch, "http://sandbox.local", people);
const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: sandbox.fetch });
const overHttp = senderBy(fetch, `http://127.0.0.1:${server.port}`, people);

const report = {
  startMs: rounded(spreadOf(starts.map(({ ms }) => ms))),
  startProcessorMs: rounded(spreadOf(starts.map(({ processorMs }) => processorMs))),
  inProcessPerSecond: rounded(await roundsOf(AT_ONCE, inProcess)),
  httpPerSecond: rounded(await roundsOf(HTTP_CLIENTS, overHttp)),
};
const memoryMb = { whenFull: 0, afterAsManyAgain: 0 };
await perSecond(FILLING_CALLS, AT_ONCE, inProcess);
memoryMb.whenFull = heapMb();
await perSecond(FILLING_CALLS, AT_ONCE, inProcess);
memoryMb.afterAsManyAgain = heapMb();
console.log(JSON.stringify({ ...report, memoryMb: rounded(memoryMb) }, null, 2));
await sandbox.stop();
await server.stop(true);
