import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useState } from "react";

/** The shop is asked when somebody has stopped to type. */
const PAUSE_MS = 250;

/** The page's search: `/` brings the focus here. */
export const SearchField = ({
  label,
  onSearch,
}: {
  readonly label: string;
  onSearch(text: string): void;
}) => {
  const [text, setText] = useState("");
  const search = useDebouncedCallback(onSearch, PAUSE_MS);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      w={{ base: "100%", xs: 260 }}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
    />
  );
};
