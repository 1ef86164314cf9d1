import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { ownFolder } from "./own-folder.ts";

test("a folder goes when what was starting in it has ended, and then nothing is started in it any more", async () => {
  const own = ownFolder();
  const started = own.start({ parts: ["nowhere"] }).catch((error: Error) => error.message);
  await own.close();
  const stillStarts = Bun.sleep(0).then(() => "it still starts");
  expect(await Promise.race([started, stillStarts])).toContain("Kiosk ended with exit code");
  expect(existsSync(own.dataDir)).toBe(false);
  await expect(own.start()).rejects.toThrow("The folder is gone");
}, 60_000);
