import { Button, Drawer, NativeSelect, Text } from "@mantine/core";
import { useState } from "react";
import { FilterIcon } from "../../shared/icons.tsx";
import { useTexts } from "../../shared/language.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { useShopTexts } from "../texts/texts.ts";
import { type Facets, Filters } from "./filters.tsx";
import { filterCount, type Listing, type Sort, sorts } from "./listing.ts";

interface ListingBarProps {
  readonly listing: Listing;
  readonly facets: Facets | null;
  readonly onChange: (listing: Listing) => void;
}

/** How many there are, in which order, and on small screens the door to the filters. */
export const ListingBar = ({ listing, facets, onChange }: ListingBarProps) => {
  const { list } = useShopTexts();
  const { close } = useTexts(sharedTexts);
  const [isOpen, setOpen] = useState(false);
  const count = filterCount(listing);
  const options = [
    { value: "", label: list.sorts.best },
    ...sorts.map((value) => ({ value, label: list.sorts[value] })),
  ];
  return (
    <div className="listing-bar">
      <Text role="status" c="dimmed" size="sm">
        {facets === null ? "" : list.results(facets.total, facets.approximate)}
      </Text>
      <div className="listing-tools">
        <Button
          variant="default"
          leftSection={<FilterIcon />}
          onClick={() => setOpen(true)}
          className="filters-button"
          h={44}
        >
          {count === 0 ? list.filters : list.filtersOn(count)}
        </Button>
        <NativeSelect
          aria-label={list.sort}
          data={options}
          value={listing.sort ?? ""}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...listing, sort: value === "" ? null : (value as Sort) })
          }
          size="md"
        />
      </div>
      <Drawer
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={list.filters}
        closeButtonProps={{ "aria-label": close }}
        position="bottom"
        size="85%"
      >
        {facets !== null && <Filters listing={listing} facets={facets} onChange={onChange} />}
        <Button fullWidth mt="lg" size="md" onClick={() => setOpen(false)}>
          {list.show(facets?.total ?? 0)}
        </Button>
      </Drawer>
    </div>
  );
};
