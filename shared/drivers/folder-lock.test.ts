import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderLocked, lockFolder } from "./folder-lock.ts";

const holderProgram = `
  import { lockFolder } from ${JSON.stringify(join(import.meta.dir, "folder-lock.ts"))};
  const lock = lockFolder(process.argv[1]);
  lock.setAddress("http://127.0.0.1:3999");
  console.log("held");
  await Bun.stdin.text();
`;

/** Another Kiosk, as far as the lock can tell. */
async function startHolder(folder: string) {
  const holder = Bun.spawn([process.execPath, "-e", holderProgram, folder], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const { value } = await holder.stdout.getReader().read();
  expect(new TextDecoder().decode(value)).toContain("held");
  return holder;
}

describe("the lock of a data folder", () => {
  let folder: string;
  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), "kiosk-lock-")), "data");
  });
  afterAll(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  const refusal = (): unknown => {
    try {
      lockFolder(folder).release();
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test("keeps a second process out and tells it who is in and where", async () => {
    const holder = await startHolder(folder);
    const error = refusal();
    expect(error).toBeInstanceOf(FolderLocked);
    expect(error).toMatchObject({ pid: holder.pid, address: "http://127.0.0.1:3999" });
    expect(String(error)).toContain(`process ${holder.pid}, http://127.0.0.1:3999`);
    holder.kill();
    await holder.exited;
  });

  test("is free as soon as its holder was killed without a chance to release it", async () => {
    const holder = await startHolder(folder);
    holder.kill("SIGKILL");
    await holder.exited;
    expect(refusal()).toBeUndefined();
  });

  test("keeps the same process from taking it twice, until it is released", () => {
    const lock = lockFolder(folder);
    expect(refusal()).toMatchObject({ pid: process.pid, address: undefined });
    lock.release();
    lock.release();
    expect(existsSync(join(folder, "kiosk.json"))).toBe(false);
    expect(refusal()).toBeUndefined();
  });
});
