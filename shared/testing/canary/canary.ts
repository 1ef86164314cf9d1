import { type Channel, channels, mayStand, type SecretKind } from "./kinds.ts";
import { placeOf, reduce, shapesIn, takeApart } from "./reduce.ts";
import { type Found, secretsIn } from "./secrets-in.ts";
import { createSpool, type Looked } from "./spool.ts";

/** Whose text something is where that is not known better. */
const THIS_PROCESS = `process ${process.pid}`;

export interface Emission {
  readonly channel: Channel;
  readonly text: string;
  /** Where, in words that hold no value, such as `auth.session.ip`; the sentence itself unless given. */
  readonly place?: string;
  /**
   * Whose text it is: a database, a logger, the folder of a Kiosk. Codes of few digits are looked for in the worlds that they belong
   * to and in no other, since one of a million numbers is somewhere by chance.
   */
  readonly world?: string;
}

export interface Canary {
  /** A secret came to be. Short ones, and those of one letter, could stand anywhere and are not looked for. */
  learn(kind: SecretKind, value: string | undefined, worlds?: readonly string[]): void;
  /** Learns every secret in a request, an answer or an environment, by the names of its members. */
  learnFrom(value: unknown): void;
  /** Two names of one world: an address, and the folder of the Kiosk that answers there. */
  alias(name: string, world: string): void;
  /** An answer came: what it gives is learned, and what a refusal says was said to everybody. */
  answered(answer: { readonly status: number; readonly headers: Headers; readonly text: string }): void;
  /** Something was said that everybody may read. */
  emitted(emission: Emission): void;
  count(more: Partial<Looked>): void;
  flush(): void;
}

const PHONE = /^\+[1-9]\d{7,14}$/;
const CODE = /^\d{6}(?:\d{2})?$/;
const SECRET_MIN = 8;
const REFUSALS_FROM = 400;
/** Characters that differ, of a text that is worth looking for. */
export const DISTINCT_MIN = 5;

const isFindable = ({ kind, value }: Found): boolean => {
  if (kind === "code") return CODE.test(value);
  if (kind === "phone") return PHONE.test(value);
  return value.length >= SECRET_MIN && new Set(value).size >= DISTINCT_MIN;
};

/** Channels in which a phone is looked for. */
const WITHOUT_PHONES = channels.filter((channel) => !mayStand("phone", channel, ""));

/**
 * Remembers secrets, and what was said where, in a folder; they are compared at the end (`tools/canary`). `onLearned` hears of each
 * secret.
 */
export const createCanary = (
  folder: string,
  onLearned: (kind: SecretKind, value: string) => void = () => undefined,
): Canary => {
  const spool = createSpool(folder);
  const learn: Canary["learn"] = (kind, value, worlds = []) => {
    if (value === undefined || !isFindable({ kind, value })) return;
    onLearned(kind, value);
    spool.write(["secret", kind, value, kind === "code" ? [THIS_PROCESS, ...worlds] : []]);
  };

  const look = ({ channel, text, place = "", world = THIS_PROCESS }: Emission): void => {
    const { template, runs, codes, phones } = reduce(text);
    spool.write(["text", channel, place, template]);
    for (const run of runs) spool.write(["run", channel, place, run]);
    for (const code of codes) spool.write(["code", channel, place, world, code]);
    if (WITHOUT_PHONES.includes(channel))
      for (const phone of phones) spool.write(["phone", channel, place, phone]);
  };

  const learnFrom = (value: unknown): void => {
    for (const { kind, value: secret } of secretsIn(value)) learn(kind, secret);
  };
  const emitted = (emission: Emission): void => {
    const { sentence, texts } = takeApart(emission.text);
    const place = emission.place ?? placeOf(sentence);
    for (const text of texts) look({ ...emission, place, text });
    // The look of a key is that of the whole, not of its members.
    for (const shape of shapesIn(emission.text)) spool.write(["shape", emission.channel, place, shape]);
    spool.count({ lines: 1 });
  };

  return {
    learn,
    learnFrom,
    emitted,
    answered({ status, headers, text }) {
      if (status < REFUSALS_FROM) learnFrom([headers, text]);
      else emitted({ channel: "error", text });
    },
    alias: (name, world) => spool.write(["alias", name, world]),
    count: spool.count,
    flush: spool.flush,
  };
};

/** The folder of the whole suite's canary, which `bun run test` names to every process of it. */
export const CANARY_VARIABLE = "KIOSK_CANARIES";
const folder = process.env[CANARY_VARIABLE];

/** The canary of this run of the suite; null where nobody listens. */
export const canary: Canary | null = folder ? createCanary(folder) : null;
