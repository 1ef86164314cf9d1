import { CloseButton, TextInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { SearchIcon } from "../../shared/icons.tsx";
import { listingOf, paramsOf } from "../listing/listing.ts";
import { useShopTexts } from "../texts/texts.ts";

/** So long after the last letter it is searched: longer than between two letters of a quick writer. */
const PAUSE_MS = 250;

const isListing = (path: string): boolean => path === "/" || path.startsWith("/c/");

/** Search as one types: within a category on its page, else over all. The words stand in the address. */
export const SearchField = () => {
  const { list } = useShopTexts();
  const [path, navigate] = useLocation();
  const [params] = useSearchParams();
  const listing = listingOf(params);
  const searched = isListing(path) ? listing.words : "";
  const [text, setText] = useState(searched);
  const asked = useRef(searched);
  const at = useRef(path);
  // Back, forward and other links change the words as well; and whoever has gone elsewhere is not fetched back by what they had typed.
  useEffect(() => {
    if (searched !== asked.current || path !== at.current) setText(searched);
    asked.current = searched;
    at.current = path;
  }, [searched, path]);

  const search = (words: string) => {
    if (words === asked.current && isListing(path)) return;
    asked.current = words;
    const query = paramsOf({
      ...(isListing(path) ? listing : listingOf(new URLSearchParams())),
      words,
    }).toString();
    navigate(`${isListing(path) ? path : "/"}${query === "" ? "" : `?${query}`}`, {
      replace: isListing(path),
    });
  };
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  });
  useEffect(() => {
    if (text === asked.current) return;
    const { pathname } = window.location;
    const timer = setTimeout(() => {
      // Who has followed a link since is somewhere else before this page knows of it.
      if (window.location.pathname === pathname) latest.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search className="search-field">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search(text);
        }}
      >
        <TextInput
          type="search"
          aria-label={list.search}
          placeholder={list.search}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          leftSection={<SearchIcon />}
          rightSection={
            text !== "" && <CloseButton aria-label={list.clearSearch} onClick={() => setText("")} size={32} />
          }
          maxLength={200}
          radius="xl"
          size="md"
          enterKeyHint="search"
        />
      </form>
    </search>
  );
};
