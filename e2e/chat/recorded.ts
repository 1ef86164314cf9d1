import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dir, "transcripts");
/** Set, it writes what was said in place of comparing it. */
const RECORDS = process.env.RECORD_TRANSCRIPTS === "on";

/** What is another each time, by what it is. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  [/l_[\w-]{22}/g, "l_<link>"],
  [/\/ {2}\/ \d{6,8} \//g, "/  / <code> /"],
  [/^ {2}\d{6,8}$/gm, "  <code>"],
  [/\d{1,2} \w+ \d{4} at \d\d:\d\d UTC/g, "<moment>"],
  [/\d{1,2} [A-Z][a-z]{2}, \d\d:\d\d/g, "<moment>"],
  [/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>"],
  [/It opens with [\w-]{43}/g, "It opens with <secret>"],
  [/^Bot: Today, .*$/gm, "Bot: Today, <day>"],
];

const settled = (transcript: string): string =>
  CHANGING.reduce((text, [pattern, word]) => text.replace(pattern, word), transcript);

/** Messages between two of the person: what the bot says of itself and what it answers may come in either order. */
const turnsOf = (transcript: string): string[][] => {
  const messages = transcript.split(/\n(?=\S)/);
  const turns: string[][] = [[]];
  for (const message of messages) {
    if (!message.startsWith("Bot: ")) turns.push([]);
    turns.at(-1)?.push(message.trimEnd());
  }
  return turns.map((turn) => turn.toSorted());
};

/** Compares what was said in a chat with what is recorded under this name; `RECORD_TRANSCRIPTS=on` records it. */
export const expectAsRecorded = async (name: string, transcript: string): Promise<void> => {
  const file = join(FOLDER, `${name}.txt`);
  const said = settled(transcript);
  if (RECORDS) await Bun.write(file, said);
  expect(existsSync(file)).toBe(true);
  expect(turnsOf(said)).toEqual(turnsOf(await Bun.file(file).text()));
};
