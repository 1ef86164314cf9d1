import { useSearchParams } from "wouter";
import { type Listing, listingOf, paramsOf } from "./listing.ts";

/** What is looked for, as the address says it, and a way to look for something else. */
export const useListing = (): readonly [Listing, (listing: Listing) => void] => {
  const [params, setParams] = useSearchParams();
  return [listingOf(params), (listing) => setParams(paramsOf(listing))];
};
