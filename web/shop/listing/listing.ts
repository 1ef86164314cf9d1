/** What somebody looks for: it stands in the address, so that it can be kept, shared and gone back to. */
export interface Listing {
  readonly words: string;
  /** Null: as the shop prefers. */
  readonly sort: Sort | null;
  readonly inStock: boolean;
  /** In minor units. */
  readonly minPrice: number | null;
  readonly maxPrice: number | null;
  /** As the facets write them: `colour:blue`. */
  readonly attributes: readonly string[];
}

export const sorts = ["popular", "newest", "price", "-price", "name"] as const;
export type Sort = (typeof sorts)[number];

const WORDS_MAX = 200;
const ATTRIBUTES_MAX = 20;

const isSort = (text: string | null): text is Sort => (sorts as readonly (string | null)[]).includes(text);

const amountOf = (text: string | null): number | null => {
  const amount = Number(text ?? Number.NaN);
  return Number.isSafeInteger(amount) && amount >= 0 ? amount : null;
};

/** Everything of a listing that an address says; whatever else stands in it is left out. */
export const listingOf = (params: URLSearchParams): Listing => {
  const sort = params.get("sort");
  return {
    words: (params.get("q") ?? "").replace(/\p{Cc}/gu, " ").slice(0, WORDS_MAX),
    sort: isSort(sort) ? sort : null,
    inStock: params.get("inStock") === "true",
    minPrice: amountOf(params.get("minPrice")),
    maxPrice: amountOf(params.get("maxPrice")),
    attributes: [...new Set(params.getAll("attribute"))].filter((one) => one !== "").slice(0, ATTRIBUTES_MAX),
  };
};

/** The address's part for a listing, the same for equal ones. */
export const paramsOf = (listing: Listing): URLSearchParams => {
  const { words, sort, inStock, minPrice, maxPrice, attributes } = listing;
  const params = new URLSearchParams();
  if (words !== "") params.set("q", words);
  if (sort !== null) params.set("sort", sort);
  if (inStock) params.set("inStock", "true");
  if (minPrice !== null) params.set("minPrice", String(minPrice));
  if (maxPrice !== null) params.set("maxPrice", String(maxPrice));
  for (const one of attributes) params.append("attribute", one);
  return params;
};

/** How many filters are set; words and the order are none. */
export const filterCount = ({ inStock, minPrice, maxPrice, attributes }: Listing): number =>
  Number(inStock) + Number(minPrice !== null || maxPrice !== null) + attributes.length;

/** The same search without any filter. */
export const withoutFilters = (listing: Listing): Listing => ({
  ...listing,
  inStock: false,
  minPrice: null,
  maxPrice: null,
  attributes: [],
});

/** With a value of an attribute, or without it where it was chosen before. */
export const withToggled = (listing: Listing, attribute: string): Listing => ({
  ...listing,
  attributes: listing.attributes.includes(attribute)
    ? listing.attributes.filter((one) => one !== attribute)
    : [...listing.attributes, attribute],
});

/** `heightCm` as `height cm`: what a merchant writes for machines, as people read it. */
export const attributeLabel = (name: string): string =>
  name
    .replace(
      /([\p{Ll}\d])(\p{Lu})/gu,
      (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
    )
    .replace(/[_-]+/g, " ");
