import { Group, NativeSelect, Text } from "@mantine/core";
import { type Product, type ProductStatus, useChangeMany } from "../../queries/products.ts";
import { useProductsTexts } from "../../texts/products.ts";
import { useCategoryChoices } from "./product-fields.tsx";

interface BulkBarProps {
  readonly products: readonly Product[];
  onDone(): void;
}

const NONE = "none";

/** What can be done with all selected products at once. */
export const BulkBar = ({ products, onDone }: BulkBarProps) => {
  const texts = useProductsTexts();
  const choices = useCategoryChoices();
  const change = useChangeMany();
  const choose = (label: string, data: { value: string; label: string }[], act: (value: string) => void) => (
    <NativeSelect
      size="xs"
      aria-label={label}
      value=""
      disabled={change.isPending}
      data={[{ value: "", label: `${label} …`, disabled: true }, ...data]}
      onChange={({ currentTarget: { value } }) => act(value)}
    />
  );
  return (
    <Group gap="sm" mb="sm" aria-label={texts.selected(products.length)} role="group">
      <Text size="sm" role="status">
        {texts.selected(products.length)}
      </Text>
      {choose(
        texts.setTo,
        Object.entries(texts.statuses).map(([value, label]) => ({ value, label })),
        (value) =>
          change.mutate({ products, changes: { status: value as ProductStatus } }, { onSuccess: onDone }),
      )}
      {choose(texts.moveTo, [{ value: NONE, label: texts.noCategory }, ...choices], (value) =>
        change.mutate(
          { products, changes: { categoryId: value === NONE ? null : value } },
          { onSuccess: onDone },
        ),
      )}
    </Group>
  );
};
