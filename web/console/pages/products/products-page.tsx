import { Button, Checkbox, NativeSelect, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { itemsOf } from "../../queries/pages.ts";
import { type Product, type ProductFilter, type ProductStatus, useProducts } from "../../queries/products.ts";
import { useProductsTexts } from "../../texts/products.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ProductDrawer } from "./product-drawer.tsx";
import { useCategoryChoices } from "./product-fields.tsx";

interface TableProps {
  readonly products: readonly Product[];
  readonly selected: ReadonlySet<string>;
  select(ids: ReadonlySet<string>): void;
  open(product: Product): void;
}

const toggled = (ids: ReadonlySet<string>, id: string): ReadonlySet<string> => {
  const others = new Set(ids);
  return others.delete(id) ? others : others.add(id);
};

const ProductRow = ({
  product,
  selected,
  select,
  open,
}: Omit<TableProps, "products"> & { product: Product }) => {
  const texts = useProductsTexts();
  const { money, count } = useFormat();
  const { id, name, sku, price, stock, categoryPath } = product;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={texts.select(name)}
          checked={selected.has(id)}
          onChange={() => select(toggled(selected, id))}
        />
      </Table.Td>
      <Table.Th scope="row" fw={500}>
        {name}
        <Text size="xs" c="dimmed" className="mono">
          {sku}
        </Text>
      </Table.Th>
      <Table.Td ta="end" className="number">
        {money(price)}
      </Table.Td>
      <Table.Td ta="end" className="number" visibleFrom="sm">
        {count(stock.available)}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {categoryPath.map((category) => category.name).join(" › ") || texts.noCategory}
      </Table.Td>
      <Table.Td ta="end">
        <Button
          size="compact-sm"
          variant="light"
          aria-label={texts.editOf(name)}
          onClick={() => open(product)}
        >
          {texts.edit}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
};

const ProductTable = ({ products, selected, select, open }: TableProps) => {
  const texts = useProductsTexts();
  const isAll = products.every(({ id }) => selected.has(id));
  return (
    <WideTable minWidth={350}>
      <Table highlightOnHover verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Td w={40}>
              <Checkbox
                aria-label={texts.selectAll}
                checked={isAll}
                indeterminate={!isAll && selected.size > 0}
                onChange={() => select(new Set(isAll ? [] : products.map(({ id }) => id)))}
              />
            </Table.Td>
            <Table.Th scope="col">{texts.columns.name}</Table.Th>
            <Table.Th scope="col" ta="end">
              {texts.columns.price}
            </Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="sm">
              {texts.columns.stock}
            </Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              {texts.columns.category}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {texts.columns.edit}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {products.map((product) => (
            <ProductRow key={product.id} product={product} selected={selected} select={select} open={open} />
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
};

const Filters = ({ filter, change }: { filter: ProductFilter; change(filter: ProductFilter): void }) => {
  const texts = useProductsTexts();
  const choices = useCategoryChoices();
  return (
    <>
      <NativeSelect
        aria-label={texts.status}
        value={filter.status}
        data={Object.entries(texts.statuses).map(([value, label]) => ({ value, label }))}
        onChange={({ currentTarget: { value } }) => change({ ...filter, status: value as ProductStatus })}
      />
      <NativeSelect
        aria-label={texts.category}
        value={filter.category}
        data={[{ value: "", label: texts.all }, ...choices]}
        onChange={({ currentTarget: { value } }) => change({ ...filter, category: value })}
      />
      <SearchField label={texts.search} onSearch={(q) => change({ ...filter, q })} />
    </>
  );
};

/** The catalogue as the shop's people see it, drafts and archived products included. */
export const ProductsPage = () => {
  const texts = useProductsTexts();
  const { pages } = useShellTexts();
  const [filter, setFilter] = useState<ProductFilter>({ q: "", status: "active", category: "" });
  const [selected, select] = useState<ReadonlySet<string>>(new Set());
  const [opened, open] = useState<Product | "new" | null>(null);
  const products = useProducts(filter);
  const shown = products.data === undefined ? [] : itemsOf(products.data);
  const chosen = shown.filter(({ id }) => selected.has(id));
  return (
    <>
      <PageHead title={pages.products}>
        <Filters filter={filter} change={setFilter} />
        <Button onClick={() => open("new")}>{texts.add}</Button>
      </PageHead>
      {chosen.length > 0 && <BulkBar products={chosen} onDone={() => select(new Set())} />}
      <Asked query={products} lines={10}>
        {() =>
          shown.length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <ProductTable products={shown} selected={selected} select={select} open={open} />
          )
        }
      </Asked>
      <MoreButton query={products} />
      <ProductDrawer opened={opened} onClose={() => open(null)} />
    </>
  );
};
