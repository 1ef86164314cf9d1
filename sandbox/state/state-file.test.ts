import { afterEach, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSandbox } from "../testing/open-sandbox.ts";
import { createVirtualTime } from "../testing/virtual-time.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-state-"));
  folders.push(folder);
  return folder;
}

test("people, chats, keyboards, settings and counters survive a restart", async () => {
  const statePath = join(await newFolder(), "deep", "state.json");
  const before = await openSandbox("client.fetch", { statePath });
  const id = await before.person();
  await before.api("sendMessage", {
    chat_id: id,
    text: "<b>hello</b>",
    parse_mode: "HTML",
    reply_markup: { keyboard: [[{ text: "Share", request_contact: true }]] },
  });
  await before.api("setMyCommands", { commands: [{ command: "orders", description: "Orders" }] });
  const transcript = before.sandbox.transcript(id);
  const updates = (await before.api("getUpdates")).body.result as { update_id: number }[];
  await before.close();

  const after = await openSandbox("client.fetch", { statePath });
  expect(after.sandbox.transcript(id)).toEqual(transcript);
  expect((await after.control("GET", `/people/${id}`)).body).toMatchObject({
    keyboard: { kind: "keyboard" },
  });
  expect((await after.api("getMyCommands")).body.result).toEqual([
    { command: "orders", description: "Orders" },
  ]);
  expect((await after.api("getUpdates")).body.result).toEqual(updates);
  expect(await after.person()).toBeGreaterThan(id);
  const next = (await after.api("getUpdates", { offset: -1 })).body.result as { update_id: number }[];
  expect(next[0]?.update_id).toBeGreaterThan(updates.at(-1)?.update_id ?? 0);
  await after.close();
});

test("a change is in the file after 250 ms", async () => {
  const statePath = join(await newFolder(), "state.json");
  const time = createVirtualTime();
  const open = await openSandbox("client.fetch", { statePath, clock: time.clock, timers: time.timers });
  await open.person();
  await time.advance(250);
  while (!(await Bun.file(statePath).exists())) await time.advance(0);
  expect(await Bun.file(statePath).json()).toMatchObject({ people: [{ started: true }] });
  await open.close();
});

test("a broken file is set aside with a line, and the sandbox starts empty", async () => {
  const folder = await newFolder();
  const statePath = join(folder, "state.json");
  await Bun.write(statePath, '{"formatVersion":1,"people":[');
  const lines: string[] = [];
  const open = await openSandbox("client.fetch", { statePath, log: (line) => lines.push(line) });
  expect((await open.control("GET", "/people")).body.items).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("starts empty");
  expect((await readdir(folder)).some((name) => name.startsWith("state.json.broken-"))).toBe(true);
  await open.close();
});
