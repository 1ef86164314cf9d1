import { expect, test } from "bun:test";
import { join } from "node:path";
import { telegramKeysOf } from "../boot/telegram-keys.ts";

const TOKEN = "123456789:AAexample_of_a_token_that_opens_nothing";
const keys = telegramKeysOf(TOKEN);

const run = async (words: readonly string[], env: Readonly<Record<string, string>>, piped: string) => {
  const child = Bun.spawn([process.execPath, "tools/telegram-keys.ts", ...words], {
    cwd: join(import.meta.dir, ".."),
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
    stdin: new Blob([piped]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, exitCode };
};

test("auth-15: telegram:keys prints what auth needs, from the variable or from what is piped in", async () => {
  const lines = `TELEGRAM_BOT_ID=123456789\nTELEGRAM_WEBAPP_KEY=${keys?.webAppKey}\n`;
  expect(await run([], { TELEGRAM_BOT_TOKEN: TOKEN }, "")).toEqual({ out: lines, err: "", exitCode: 0 });
  const withWidget = await run(["--widget"], {}, `${TOKEN}\n`);
  expect(withWidget.out).toBe(`${lines}TELEGRAM_WIDGET_KEY=${keys?.widgetKey}\n`);
});

test("auth-15: telegram:keys says how it is used where there is no token, and repeats nothing", async () => {
  const wrong = [
    await run([], {}, "hunter2"),
    await run([], {}, ""),
    await run(["--all"], { TELEGRAM_BOT_TOKEN: TOKEN }, ""),
  ];
  for (const { out, err, exitCode } of wrong) {
    expect([out, exitCode]).toEqual(["", 2]);
    expect(err).toStartWith("Usage: bun run telegram:keys");
    expect(err).not.toMatch(/hunter2|AAexample/);
  }
});
