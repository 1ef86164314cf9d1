import { Button } from "@mantine/core";
import { languageNames, languages, useLanguage } from "../../shared/language.tsx";

/** The other language, in its own words. */
export const LanguageSwitch = () => {
  const { language, choose } = useLanguage();
  const other = languages.find((one) => one !== language) ?? language;
  return (
    <Button
      variant="subtle"
      color="gray"
      c="inherit"
      px="xs"
      h={44}
      lang={other}
      className="language-switch"
      onClick={() => choose(other)}
    >
      {languageNames[other]}
    </Button>
  );
};
