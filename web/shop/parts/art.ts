/** One figure in a square of the picture, of which each side is 1. */
export interface Figure {
  readonly kind: "disc" | "quarter" | "half" | "leaf" | "ring" | "bars" | "square";
  /** Turns by a quarter, 0 to 3. */
  readonly turn: number;
  readonly colour: string;
  readonly ground: string;
}

export interface Art {
  /** Squares a side. */
  readonly side: number;
  readonly figures: readonly Figure[];
}

const SIDE = 3;
const KINDS = ["disc", "quarter", "half", "leaf", "quarter", "ring", "bars", "leaf", "square"] as const;
/** Grounds and the colours upon them: each set is one mood. */
const PALETTES = [
  { grounds: ["#f3e9dc", "#e8d8c3"], colours: ["#c4532d", "#1f4e4a", "#e0a33e", "#7a2e2e"] },
  { grounds: ["#dfe9e6", "#cfdedb"], colours: ["#0b6e66", "#f2a65a", "#134e6f", "#e56b5d"] },
  { grounds: ["#e6e6f0", "#d5d6e8"], colours: ["#3d4f9f", "#f2b84b", "#8c3f6b", "#2e7f86"] },
  { grounds: ["#f4e3df", "#ecd1cb"], colours: ["#a63d40", "#e9b872", "#355c5d", "#6b4e71"] },
  { grounds: ["#ebeadb", "#dcdcc4"], colours: ["#5d6d2e", "#c97b2a", "#28502e", "#b5462f"] },
] as const;

/** FNV-1a (Fowler, Noll, Vo): spreads alike names far apart. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
};

/** Mulberry32: numbers in [0, 1) that follow from a seed alone. */
const sequenceOf = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A picture for a product that has none: always the same for the same name, another one for another. */
export const artOf = (name: string): Art => {
  const next = sequenceOf(hashOf(name));
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item;
  const { grounds, colours } = pick(PALETTES);
  const figures = Array.from({ length: SIDE * SIDE }, () => ({
    kind: pick(KINDS),
    turn: Math.floor(next() * 4),
    colour: pick(colours),
    ground: pick(grounds),
  }));
  return { side: SIDE, figures };
};
