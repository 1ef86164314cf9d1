import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";

export const languages = ["en", "ar"] as const;
export type Language = (typeof languages)[number];

/** Each language in its own words. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", ar: "العربية" };

const KEY = "kiosk.language";
const isLanguage = (text: string | null | undefined): text is Language =>
  (languages as readonly (string | null | undefined)[]).includes(text);

/** What was chosen here, else what the browser asks for first among ours. */
const firstLanguage = (): Language => {
  const chosen = window.localStorage.getItem(KEY);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
};

export const directionOf = (language: Language): "ltr" | "rtl" => (language === "ar" ? "rtl" : "ltr");

interface LanguageChoice {
  readonly language: Language;
  choose(language: Language): void;
}

const Choice = createContext<LanguageChoice>({ language: "en", choose: () => undefined });

/** Knows the language of the page, writes it on the document, and keeps what is chosen. */
export const LanguageProvider = ({ children }: { readonly children: ReactNode }) => {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = directionOf(language);
  }, [language]);
  useEffect(() => {
    // Chosen in another tab, or in the page around this one.
    const heard = ({ key, newValue }: StorageEvent) => {
      if (key === KEY && isLanguage(newValue)) setLanguage(newValue);
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, []);
  const choice = useMemo(
    () => ({
      language,
      choose(chosen: Language) {
        window.localStorage.setItem(KEY, chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return <Choice.Provider value={choice}>{children}</Choice.Provider>;
};

export const useLanguage = (): LanguageChoice => useContext(Choice);

/** The page's words in its language: each page has a dictionary for every language, of the same shape. */
export const useTexts = <Texts,>(texts: Readonly<Record<Language, Texts>>): Texts =>
  texts[useLanguage().language];
