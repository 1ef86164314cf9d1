import { DISTINCT_MIN } from "../../shared/testing/canary/canary.ts";
import type { SecretKind } from "../../shared/testing/canary/kinds.ts";
import { RUN_MIN, runsOf, templateOf } from "../../shared/testing/canary/reduce.ts";

/** So much of a secret is as good as all of it: 144 bits of base64url. */
const NEEDLE_LENGTH = 24;
const TOKEN = /^eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PHONE_DIGITS_MIN = 10;

const parameter = (text: string, name: string): string => new URLSearchParams(text).get(name) ?? "";

/** Sixty-four zeros, which a test may send for a hash, stand in many a number. */
const isTelling = (text: string): boolean => text.length >= RUN_MIN && new Set(text).size >= DISTINCT_MIN;

/** What of a secret is secret: of a token its signature, of init data what signs it. */
const coresOf = (kind: SecretKind, value: string): string[] => {
  const signature = TOKEN.exec(value)?.[1];
  if (signature !== undefined) return [signature];
  if (kind === "init data" && value.includes("="))
    return ["hash", "signature"].map((name) => parameter(value, name)).filter(isTelling);
  return [value];
};

const base64 = (value: string): string => Buffer.from(value).toString("base64url").replace(/=+$/, "");

/** How a secret may be written. */
const formsOf = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  encodeURIComponent(value).replaceAll("%20", "+"),
  base64(value),
  Buffer.from(value).toString("hex"),
];

const longest = (texts: readonly string[]): string =>
  texts.reduce((best, text) => (text.length > best.length ? text : best), "");

/** What is looked for. */
export interface Needles {
  readonly secrets: number;
  readonly kinds: number;
  add(kind: SecretKind, value: string, worlds: readonly string[]): void;
  /** Kinds of the secrets that stand in a run of letters and digits, wherever in it. */
  inRun(run: string): readonly SecretKind[];
  /** Kinds of the secrets of several words that stand in a sentence. */
  inTemplate(template: string): readonly SecretKind[];
  isCode(world: string, code: string): boolean;
  isPhone(text: string): boolean;
  /** A place without the secret that may stand in it. */
  masked(place: string): string;
}

interface Needle {
  readonly kind: SecretKind;
  readonly text: string;
}

/** Needles of runs by their first characters, so that a run is looked through once for all of them. */
const createRunIndex = () => {
  const byHead = new Map<string, Needle[]>();
  return {
    add({ kind, text }: Needle): void {
      const needle = { kind, text: text.slice(0, NEEDLE_LENGTH) };
      byHead.getOrInsertComputed(text.slice(0, RUN_MIN), () => []).push(needle);
    },
    find(run: string): SecretKind[] {
      const found = new Set<SecretKind>();
      for (let at = 0; at + RUN_MIN <= run.length; at += 1) {
        for (const { kind, text } of byHead.get(run.slice(at, at + RUN_MIN)) ?? [])
          if (run.startsWith(text, at)) found.add(kind);
      }
      return [...found];
    },
  };
};

/** An empty set of needles; `worldsOf` tells all names of a world. */
export const createNeedles = (worldsOf: (name: string) => readonly string[]): Needles => {
  const known = new Set<string>();
  const kinds = new Set<SecretKind>();
  const runs = createRunIndex();
  const sentences: Needle[] = [];
  const codes = new Set<string>();
  const phones = new Set<string>();

  const addText = (kind: SecretKind, core: string): void => {
    for (const form of new Set(formsOf(core))) {
      const run = longest(runsOf(form));
      if (UUID.test(run)) continue;
      if (run !== "") runs.add({ kind, text: run });
      else sentences.push({ kind, text: templateOf(form) });
    }
  };

  return {
    get secrets() {
      return known.size;
    },
    get kinds() {
      return kinds.size;
    },
    add(kind, value, worlds) {
      kinds.add(kind);
      if (kind === "code") for (const world of worlds.flatMap(worldsOf)) codes.add(`${world} ${value}`);
      if (known.has(`${kind} ${value}`)) return;
      known.add(`${kind} ${value}`);
      if (kind === "phone") phones.add(value);
      else if (kind !== "code") for (const core of coresOf(kind, value)) addText(kind, core);
    },
    inRun: runs.find,
    inTemplate: (template) => sentences.filter(({ text }) => template.includes(text)).map(({ kind }) => kind),
    isCode: (world, code) => worldsOf(world).some((name) => codes.has(`${name} ${code}`)),
    isPhone: (text) => phones.has(text) || (text.length >= PHONE_DIGITS_MIN && phones.has(`+${text}`)),
    masked: (place) => sentences.reduce((masked, { text }) => masked.replaceAll(text, "…"), place),
  };
};
