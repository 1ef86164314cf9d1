// `bun run keys:rotate [--list | --revoke <kid>] [--json]`: has another key follow the one that signs tokens; also while the shop is
// open. --revoke drops a key at once, with all of its tokens; --list only shows the keys. It needs no secret: auth makes the
// keys. Exit code 0 when it is done, 1 when no auth has made the new key yet, 2 when it could not be done.

import { parseArgs } from "node:util";
import { keyRotationOf } from "../../auth/service.ts";
import { openServiceDatabase } from "../../boot/open-database.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import { pause } from "../../shared/runtime/retry.ts";
import { type CommandOutcome, commandLog, runDatabaseCommand, UsageError } from "../database-command.ts";
import { type Rotation, rotationText } from "./report.ts";

const USAGE = "Usage: bun run keys:rotate [--list | --revoke <kid>] [--json]";
const DONE = 0;
const NOT_YET = 1;
/** A running auth takes up what was asked for when somebody next asks for its keys, which services do every three seconds. */
const CARRIED_OUT_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 250;

const WORDS = {
  otherDatabase: "This database is not the auth of this version of Kiosk",
  failed: "The keys could not be rotated",
};

const readWords = (words: readonly string[]) => {
  const options = {
    ...{ json: { type: "boolean" as const }, list: { type: "boolean" as const } },
    revoke: { type: "string" as const },
  };
  try {
    const { list = false, json = false, revoke = null } = parseArgs({ args: [...words], options }).values;
    if (!(list && revoke !== null)) return { list, json, revoke };
  } catch {
    // Told below, in the same words.
  }
  throw new UsageError(USAGE);
};

type KeyRotation = ReturnType<typeof keyRotationOf>;

/** Waits a little for an auth to do its part; false where none has. */
const carriedOut = async ({ list }: KeyRotation, did: Rotation["did"]): Promise<boolean> => {
  const deadline = performance.now() + CARRIED_OUT_WITHIN_MS;
  const wanted = did === "rotated" ? "upcoming" : "signing";
  for (;;) {
    if ((await list()).some(({ standing }) => standing === wanted)) return true;
    if (performance.now() >= deadline) return false;
    await pause(LOOK_EVERY_MS);
  }
};

/** A kid that is not there is a slip of the pen: its message is for people. */
const drop = (rotation: KeyRotation, kid: string): Promise<void> =>
  rotation.revoke(kid).catch((error: unknown) => {
    if (!isKioskError(error, "NOT_FOUND")) throw error;
    throw new UsageError("There is no key with this id: bun run keys:rotate --list shows them.");
  });

const rotate = async (
  rotation: KeyRotation,
  { list, revoke }: ReturnType<typeof readWords>,
): Promise<Rotation> => {
  if (list) return { did: "looked" };
  if (revoke === null) {
    await rotation.wantSuccessor();
    return { did: "rotated", isCarriedOut: await carriedOut(rotation, "rotated") };
  }
  await drop(rotation, revoke);
  return { did: "revoked", kid: revoke, isCarriedOut: await carriedOut(rotation, "revoked") };
};

const run = async (): Promise<CommandOutcome & { readonly asJson: boolean }> => {
  const words = readWords(Bun.argv.slice(2));
  const opened = await openServiceDatabase("auth", process.env, commandLog());
  try {
    const keys = keyRotationOf(opened.database);
    const rotation = await rotate(keys, words);
    const schedule = await keys.list();
    return {
      text: rotationText(schedule, rotation, opened.where),
      json: { ...rotation, keys: schedule },
      exitCode: rotation.did === "looked" || rotation.isCarriedOut ? DONE : NOT_YET,
      asJson: words.json,
    };
  } finally {
    await opened.close();
  }
};

process.exitCode = await runDatabaseCommand(run, WORDS);
