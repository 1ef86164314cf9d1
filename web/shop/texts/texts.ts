import type { Language } from "../../shared/language.tsx";
import { useTexts } from "../../shared/language.tsx";
import { ar } from "./ar.ts";
import { en } from "./en.ts";

export type ShopTexts = typeof en;

const texts: Readonly<Record<Language, ShopTexts>> = { en, ar };

/** The storefront's words in the page's language. */
export const useShopTexts = (): ShopTexts => useTexts(texts);
