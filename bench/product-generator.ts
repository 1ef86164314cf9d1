// Products of an invented shop, for every benchmark that needs many: the nth is the same in every run and beside any number of others.

import type { Category } from "../catalog/domain/category.ts";
import type { Product } from "../catalog/domain/product.ts";
import { slugOf } from "../catalog/domain/slug.ts";
import { catalogMigrations } from "../catalog/service.ts";
import { insertCategories, insertProducts, type StockedProduct } from "../catalog/testing/insert-products.ts";
import { createDice, type Dice } from "../e2e/history/dice.ts";
import { openPostgres } from "../shared/drivers/postgres.ts";
import { migrate } from "../shared/runtime/migrate.ts";
import { silentLogger } from "../shared/testing/silent-logger.ts";
import { colours, departments, type Language, materials, type Noun, styles } from "./product-words.ts";

const SEED = 20_261_121;
const BEGUN_AT_MS = Date.UTC(2025, 0, 1);
/** Between two products, so that their order by age is that of their numbers. */
const PAUSE_MS = 60_000;
const CURRENCY = "USD";
/** GS1's range for use within a shop. */
const BARCODE_PREFIX = "200";
const SOLD_OUT_SHARE = 0.15;
const GERMAN_SHARE = 0.35;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** A UUIDv7 whose time is that of the nth thing and whose chance is the dice's. */
const idOf = (nth: number, dice: Dice): string => {
  const time = hex(BEGUN_AT_MS + nth * PAUSE_MS, 12);
  const chance = hex(dice.below(2 ** 32), 8) + hex(dice.below(2 ** 16), 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(dice.below(2 ** 12), 3)}-8${hex(nth & 0xfff, 3)}-${chance}`;
};

interface StandingShelf {
  readonly categoryId: string;
  readonly nouns: readonly [Noun, ...Noun[]];
}

const categoryOf = (nth: number, name: string, parentId: string | null, position: number): Category => {
  const at = new Date(BEGUN_AT_MS);
  const id = idOf(-1 - nth, createDice(SEED - 1 - nth));
  const slug = slugOf(name, "category");
  return { id, name, slug, parentId, position, version: 1, createdAt: at, updatedAt: at };
};

const furnish = () => {
  const categories: Category[] = [];
  const shelves: StandingShelf[] = [];
  const add = (name: string, parentId: string | null): string => {
    const position = categories.filter((other) => other.parentId === parentId).length;
    const made = categoryOf(categories.length, name, parentId, position);
    categories.push(made);
    return made.id;
  };
  for (const department of departments) {
    const parentId = add(department.name, null);
    for (const { name, nouns } of department.shelves)
      shelves.push({ categoryId: add(name, parentId), nouns });
  }
  return { categories, shelves };
};

const { categories, shelves } = furnish();

/** The tree of the shop, parents first. */
export const generatedCategories: readonly Category[] = categories;

/** EAN-13: twelve digits and one that checks them. */
const barcodeOf = (nth: number): string => {
  const digits = BARCODE_PREFIX + String(nth).padStart(9, "0");
  const sum = [...digits].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

interface Words {
  readonly noun: string;
  readonly colour: string;
  readonly material: string;
  readonly style: string;
}

const nameOf: Readonly<Record<Language, (words: Words) => string>> = {
  en: ({ noun, colour, material, style }) => `${style} ${capital(colour)} ${capital(material)} ${noun}`,
  de: ({ noun, colour, material, style }) => `${noun} ${style} aus ${material}, ${colour}`,
};

const descriptionOf: Readonly<Record<Language, (words: Words) => string>> = {
  en: ({ noun, colour, material, style }) =>
    `Made of ${material}, in ${colour}: a ${noun.toLowerCase()} of the series ${style}. Packed by hand; a present for anybody.`,
  de: ({ noun, colour, material, style }) =>
    `${noun} aus ${material} in ${colour}, im Stil ${style}. Von Hand verpackt, ein Geschenk für jeden Anlass.`,
};

const wordsOf = (dice: Dice, language: Language, noun: Noun): Words => {
  const any = (words: readonly string[]): string => words[dice.below(words.length)] ?? "";
  return {
    noun: noun[language],
    colour: any(colours[language]),
    material: any(materials[language]),
    style: any(styles[language]),
  };
};

/** Few sell much and most sell little: the share of each rank falls as it does in a real shop. */
const soldOf = (dice: Dice): number => Math.floor(5 / (dice.next() + 0.001));

/** Prices end on 5 or 9, and most are low: 0.55 to about 250.00. */
const priceOf = (dice: Dice): number =>
  10 * (5 + Math.floor(2_500 * dice.next() ** 3)) + (dice.next() < 0.5 ? 5 : 9);

/** The nth product of the shop. */
export const generateProduct = (nth: number): StockedProduct => {
  const dice = createDice(SEED + nth);
  // The first throws of neighbouring seeds are not far enough apart.
  dice.next();
  const { categoryId, nouns } = shelves[dice.below(shelves.length)] ?? {
    categoryId: null,
    nouns: [{ en: "Thing", de: "Ding" }],
  };
  const language: Language = dice.next() < GERMAN_SHARE ? "de" : "en";
  const noun = nouns[dice.below(nouns.length)] ?? { en: "Thing", de: "Ding" };
  const words = wordsOf(dice, language, noun);
  const name = nameOf[language](words);
  const at = new Date(BEGUN_AT_MS + nth * PAUSE_MS);
  const product: Product = {
    id: idOf(nth, dice),
    sku: `${slugOf(noun.en, "thing").slice(0, 3).toUpperCase()}-${String(nth).padStart(6, "0")}`,
    slug: `${slugOf(name, "product")}-${nth}`,
    name,
    description: descriptionOf[language](words),
    barcode: barcodeOf(nth),
    price: { amountMinor: priceOf(dice), currency: CURRENCY },
    categoryId,
    images: [`/pictures/${nth}.webp`],
    attributes: {
      ...{ colour: words.colour, material: words.material, style: words.style },
      ...{ weightGrams: 10 * (1 + dice.below(400)), handmade: dice.next() < 0.2 },
    },
    status: "active",
    version: 1,
    createdAt: at,
    updatedAt: at,
    deletedAt: null,
  };
  const available = dice.next() < SOLD_OUT_SHARE ? 0 : 1 + dice.below(500);
  return { product, sold: soldOf(dice), available };
};

/** The products from one number up to another, without that. */
export const generateProducts = function* (from: number, to: number): Generator<StockedProduct> {
  for (let nth = from; nth < to; nth += 1) yield generateProduct(nth);
};

/**
 * Migrates an empty database of the catalog and puts the first `count` products into it, before anybody reads it: about a
 * minute for 100,000. Neither inventory nor orders hears of them.
 */
export const fillCatalogue = async (url: string, count: number): Promise<void> => {
  const log = silentLogger();
  await migrate(url, catalogMigrations, log);
  const database = openPostgres({ name: "catalog", url, log, poolMax: 2 });
  try {
    await insertCategories(database.db, generatedCategories);
    await insertProducts(database.db, generateProducts(0, count));
  } finally {
    await database.close();
  }
};
