import { parseArgs } from "node:util";
import { type Layout, layouts } from "./promise.ts";

export const USAGE = `Usage: bun run prove [--minutes N] [--seed S] [--only PROMISE,…] [--servers embedded|real] [--break NAME] [--json FILE] [--report FILE]
  --minutes   how long faults go on, 45 at most; 2 unless given
  --seed      of the plan of faults; a new one unless given
  --only      promises to be judged, all unless given; their acts alone are played
  --servers   embedded: one process on a PostgreSQL of the run's own. real: seven processes on DATABASE_URL, REDIS_URL and RABBITMQ_URL;
              with OWN_REDIS=on and OWN_RABBITMQ=on on own ones, which are killed as well
  --break     breaks this promise on purpose after the load, so that the report has to turn red
  --json      writes the report as JSON, --report as Markdown`;

const MINUTES = 2;
const MINUTES_MIN = 0.05;
/** The people's access tokens live for an hour. */
const MINUTES_MAX = 45;
const SEED_BELOW = 2 ** 32;

export interface ProveOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Names of promises; null for all. */
  readonly only: readonly string[] | null;
  readonly servers: Layout;
  /** The breach that is made. */
  readonly breach: string | null;
  readonly json: string | null;
  readonly report: string | null;
}

/** Names that the command line may say. */
export interface KnownNames {
  readonly promises: readonly string[];
  readonly breaches: readonly string[];
}

/** Something on the command line is not as it should be; the message says what to do. */
export class WrongOption extends Error {
  override readonly name = "WrongOption";

  constructor(message: string) {
    super(`${message}\n${USAGE}`);
  }
}

const numberOf = (
  name: string,
  text: string,
  isRight: (value: number) => boolean,
  wanted: string,
): number => {
  const value = Number(text);
  if (text.trim() === "" || !isRight(value)) throw new WrongOption(`--${name} wants ${wanted}.`);
  return value;
};

const namesOf = (text: string, { promises }: KnownNames): readonly string[] => {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !promises.includes(name));
  if (unknown.length > 0)
    throw new WrongOption(`There is no promise ${unknown.join(", ")}. There are ${promises.join(", ")}.`);
  return names;
};

const readWords = (words: readonly string[]) => {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        minutes: text,
        seed: text,
        only: text,
        servers: text,
        break: text,
        json: text,
        report: text,
      },
    }).values;
  } catch (error) {
    throw new WrongOption(error instanceof Error ? error.message : String(error));
  }
};

/** Reads the command line. `anySeed` is for a run that names none. Fails with a WrongOption. */
export const readOptions = (
  words: readonly string[],
  known: KnownNames,
  anySeed: () => number,
): ProveOptions => {
  const values = readWords(words);
  const servers = layouts.find((layout) => layout === (values.servers ?? "embedded"));
  if (servers === undefined) throw new WrongOption(`--servers wants ${layouts.join(" or ")}.`);
  if (values.break !== undefined && !known.breaches.includes(values.break))
    throw new WrongOption(`There is no breach ${values.break}. There are ${known.breaches.join(", ")}.`);
  const only = values.only === undefined ? null : namesOf(values.only, known);
  const [broken = ""] = values.break?.split("/") ?? [];
  if (only !== null && values.break !== undefined && !only.includes(broken))
    throw new WrongOption(`--break ${values.break} breaks what is not judged: add ${broken} to --only.`);
  const isMinutes = (value: number) => value >= MINUTES_MIN && value <= MINUTES_MAX;
  const isSeed = (value: number) => Number.isInteger(value) && value >= 0 && value < SEED_BELOW;
  return {
    minutes: numberOf(
      "minutes",
      values.minutes ?? String(MINUTES),
      isMinutes,
      `${MINUTES_MIN} to ${MINUTES_MAX}`,
    ),
    seed: numberOf("seed", values.seed ?? String(anySeed()), isSeed, "a whole number from 0 to 4294967295"),
    only,
    servers,
    breach: values.break ?? null,
    json: values.json ?? null,
    report: values.report ?? null,
  };
};
