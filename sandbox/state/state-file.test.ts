import { afterEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CONTROL_TOKEN, openSandbox } from "../testing/open-sandbox.ts";
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

test("groups, their keyboards and mails survive a restart, and a file of before there were any is read", async () => {
  const statePath = join(await newFolder(), "state.json");
  const before = await openSandbox("client.fetch", { statePath });
  const id = await before.person();
  const group = await before.group([id]);
  await before.api("sendMessage", { chat_id: group, text: "Keys", reply_markup: { keyboard: [["a"]] } });
  const mail = { to: "a@b.example", from: "c@d.example", subject: "s", text: "t" };
  await before.sandbox.mailFetch("http://sandbox.local/sandbox/mail", {
    method: "POST",
    headers: { "x-sandbox-token": CONTROL_TOKEN },
    body: JSON.stringify(mail),
  });
  const transcript = before.sandbox.transcriptText(group);
  await before.close();

  const after = await openSandbox("client.fetch", { statePath });
  expect(after.sandbox.transcriptText(group)).toBe(transcript);
  expect((await after.control("GET", `/people/${id}/messages?chatId=${group}`)).body.keyboard).toMatchObject({
    kind: "keyboard",
  });
  expect((await after.control("GET", "/mail")).body.items).toMatchObject([mail]);
  expect(await after.group([id])).toBeLessThan(group);
  await after.close();

  const { groups: _groups, mails: _mails, ...older } = await Bun.file(statePath).json();
  const { person, message, update, callbackQuery } = older.nextIds;
  const messages = older.messages
    .filter(({ chatId }: { chatId: number }) => chatId === id)
    .map(
      ({ personId: _personId, service: _service, photo: _photo, ...rest }: Record<string, unknown>) => rest,
    );
  await Bun.write(
    statePath,
    JSON.stringify({ ...older, messages, nextIds: { person, message, update, callbackQuery } }),
  );
  const oldest = await openSandbox("client.fetch", { statePath });
  expect(oldest.sandbox.transcriptText(id)).toBe("Ada: /start\n");
  expect(await oldest.group([id])).toBeLessThan(0);
  await oldest.close();
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

test("emulator-21: what is said of trouble with the file holds no message, and nothing else is said", async () => {
  const statePath = join(await newFolder(), "state.json");
  const lines: string[] = [];
  const open = await openSandbox("client.fetch", { statePath, log: (line) => lines.push(line) });
  const id = await open.person();
  await open.api("sendMessage", { chat_id: id, text: "Your code is 042917" });
  expect(lines).toEqual([]);
  // The place of the temporary file is taken by a folder.
  await mkdir(`${statePath}.new`);
  await open.close();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("cannot write");
  expect(lines[0]).not.toContain("042917");
});
