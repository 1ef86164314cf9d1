import { useShopTexts } from "../texts/texts.ts";

/** The first thing that the keyboard reaches: past the header, to what the page is about. */
export const SkipLink = () => {
  const { nav } = useShopTexts();
  return (
    <a className="skip-link" href="#content">
      {nav.skip}
    </a>
  );
};
