import { afterEach, describe, expect, test } from "bun:test";
import { Api, InputFile } from "grammy";
import { SANDBOX_BOT_TOKEN } from "../sandbox.ts";
import { CONTROL_TOKEN, type OpenSandbox, openSandbox, resultOf, WAYS } from "../testing/open-sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(...input: Parameters<typeof openSandbox>): Promise<OpenSandbox & { id: number }> {
  const opened = await openSandbox(...input);
  cleanups.push(opened.close);
  return { ...opened, id: await opened.person() };
}

/** The first bytes of a PNG with this size, and then nothing. */
function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  new DataView(bytes.buffer).setUint32(16, width);
  new DataView(bytes.buffer).setUint32(20, height);
  return bytes;
}

describe.each(WAYS)("a photo over %s", (way) => {
  test("emulator-4: sendPhoto takes an upload, the file id of one, and an address", async () => {
    const { id, client, sandbox, raw } = await open(way);
    const api = new Api(SANDBOX_BOT_TOKEN, client);
    const sent = await api.sendPhoto(id, new InputFile(png(640, 480), "mug.png"), {
      caption: "<b>Mug</b>",
      parse_mode: "HTML",
      reply_markup: { inline_keyboard: [[{ text: "Buy", callback_data: "b" }]] },
    });
    expect(sent).toMatchObject({
      photo: [{ width: 640, height: 480, file_size: 64 }],
      caption: "Mug",
      caption_entities: [{ type: "bold", offset: 0, length: 3 }],
    });
    const fileId = sent.photo[0]?.file_id ?? "";
    expect((await api.sendPhoto(id, fileId)).photo[0]?.file_id).toBe(fileId);
    const byUrl = await api.sendPhoto(id, "https://shop.example/mug.jpg");
    expect(byUrl.photo).toHaveLength(1);
    const photos = sandbox.transcript(id).flatMap(({ photo }) => photo ?? []);
    expect(photos.map(({ url }) => url)).toEqual([null, null, "https://shop.example/mug.jpg"]);
    const headers = { "x-sandbox-token": CONTROL_TOKEN };
    const file = await raw(`/api/files/${fileId}`, { headers });
    expect(file.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(png(640, 480));
    const record = sandbox.outbox().find(({ method }) => method === "sendPhoto");
    expect(JSON.stringify(record?.params)).toContain("file of 64 bytes");
  });
});

test("emulator-10: a photo's caption is edited, its text is not there to be edited", async () => {
  const { api, id, sandbox } = await open("client.fetch");
  const { message_id } = resultOf(
    await api("sendPhoto", { chat_id: id, photo: "https://shop.example/a.jpg", caption: "old" }),
  );
  const edit = (method: string, rest: Record<string, unknown>) =>
    api(method, { chat_id: id, message_id, ...rest });
  expect((await edit("editMessageText", { text: "new" })).body.description).toBe(
    "Bad Request: there is no text in the message to edit",
  );
  expect(resultOf(await edit("editMessageCaption", { caption: "new" }))).toMatchObject({ caption: "new" });
  expect(sandbox.transcriptText(id)).toEndWith("Bot: (photo) new\n  was: old\n");
});

test.each([
  ["not a picture", new TextEncoder().encode("hello, this is only a text"), "IMAGE_PROCESS_FAILED"],
  ["an empty file", new Uint8Array(), "file must be non-empty"],
  ["one that is too long", png(4_000, 100), "PHOTO_INVALID_DIMENSIONS"],
  ["one that is too large", png(9_000, 2_000), "PHOTO_INVALID_DIMENSIONS"],
])("an upload that is %s is refused", async (_what, bytes, text) => {
  const { raw, id, sandbox } = await open("http");
  const form = new FormData();
  form.set("chat_id", String(id));
  form.set("photo", new Blob([bytes]), "x.png");
  const answer = await raw(`/bot${SANDBOX_BOT_TOKEN}/sendPhoto`, { method: "POST", body: form });
  expect((await answer.json()).description).toBe(`Bad Request: ${text}`);
  expect(sandbox.transcript(id)).toHaveLength(1);
});

test("a photo of more than ten megabytes is refused in Telegram's words", async () => {
  const { raw, id } = await open("client.fetch");
  const form = new FormData();
  form.set("chat_id", String(id));
  form.set("photo", "attach://big");
  form.set("big", new Blob([png(10, 10), new Uint8Array(10 * 1_024 * 1_024)]), "x.png");
  const answer = await raw(`/bot${SANDBOX_BOT_TOKEN}/sendPhoto`, { method: "POST", body: form });
  expect((await answer.json()).description).toBe(
    "Bad Request: file of size 10485824 bytes is too big for a photo; the maximum size is 10485760 bytes",
  );
});
