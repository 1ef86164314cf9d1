import { Button, Checkbox, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import type { Schemas } from "../../../client/index.ts";
import { useFormat } from "../../shared/format.ts";
import { useShopTexts } from "../texts/texts.ts";
import { attributeLabel, filterCount, type Listing, withoutFilters, withToggled } from "./listing.ts";

export type Facets = NonNullable<Schemas["ProductPage"]["facets"]>;

/** So many attributes and values are shown: the commonest come first. */
const ATTRIBUTES_SHOWN = 5;
const VALUES_SHOWN = 8;

interface FiltersProps {
  readonly listing: Listing;
  readonly facets: Facets;
  readonly onChange: (listing: Listing) => void;
}

const Group = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <fieldset className="filter-group">
    <legend>{title}</legend>
    <Stack gap={0}>{children}</Stack>
  </fieldset>
);

const Choice = (props: { label: ReactNode; count: number; checked: boolean; onChange: () => void }) => {
  const { count } = useFormat();
  return (
    <Checkbox
      className="filter-choice"
      label={
        <>
          {props.label} <span className="filter-count">{count(props.count)}</span>
        </>
      }
      checked={props.checked}
      onChange={props.onChange}
    />
  );
};

const Prices = ({ listing, facets, onChange }: FiltersProps) => {
  const { list } = useShopTexts();
  const { money } = useFormat();
  const { minPrice, maxPrice } = listing;
  if (facets.priceRanges.length === 0) return null;
  return (
    <Group title={list.price}>
      {facets.priceRanges.map(({ min, max, count }) => {
        const isOn = minPrice === min.amountMinor && maxPrice === max.amountMinor;
        const range = isOn
          ? { minPrice: null, maxPrice: null }
          : { minPrice: min.amountMinor, maxPrice: max.amountMinor };
        return (
          <Choice
            key={min.amountMinor}
            label={list.range(money(min), money(max))}
            count={count}
            checked={isOn}
            onChange={() => onChange({ ...listing, ...range })}
          />
        );
      })}
    </Group>
  );
};

const Attributes = ({ listing, facets, onChange }: FiltersProps) => {
  const { list } = useShopTexts();
  const wordOf = (value: string) => (value === "true" ? list.yes : value === "false" ? list.no : value);
  return facets.attributes.slice(0, ATTRIBUTES_SHOWN).map(({ name, values }) => (
    <Group key={name} title={attributeLabel(name)}>
      {values.slice(0, VALUES_SHOWN).map(({ value, count, filter }) => (
        <Choice
          key={filter}
          label={wordOf(value)}
          count={count}
          checked={listing.attributes.includes(filter)}
          onChange={() => onChange(withToggled(listing, filter))}
        />
      ))}
    </Group>
  ));
};

/** The facets that the shop answers: each with how many things it would leave. */
export const Filters = (props: FiltersProps) => {
  const { listing, facets, onChange } = props;
  const { list } = useShopTexts();
  return (
    <Stack gap="md">
      <Checkbox
        className="filter-choice"
        label={list.inStock(facets.inStock)}
        checked={listing.inStock}
        onChange={() => onChange({ ...listing, inStock: !listing.inStock })}
      />
      <Prices {...props} />
      <Attributes {...props} />
      {filterCount(listing) > 0 && (
        <Button variant="default" onClick={() => onChange(withoutFilters(listing))}>
          {list.clear}
        </Button>
      )}
    </Stack>
  );
};
