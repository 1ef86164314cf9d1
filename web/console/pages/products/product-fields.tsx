import { Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useCategories } from "../../queries/products.ts";
import { useProductsTexts } from "../../texts/products.ts";
import { AttributeFields } from "./attribute-fields.tsx";
import { minorUnitsOf, type ProductForm } from "./product-form.ts";

/** The tree as choices of a select, each below its parent. */
export const useCategoryChoices = () => {
  const categories = useCategories();
  return (categories.data?.items ?? []).map(({ id, name, level }) => ({
    value: id,
    label: `${"   ".repeat(level)}${name}`,
  }));
};

export interface ProductFieldsProps {
  readonly form: ProductForm;
  change(form: ProductForm): void;
}

/** The fields of a product. */
export const ProductFields = ({ form, change }: ProductFieldsProps) => {
  const texts = useProductsTexts();
  const choices = useCategoryChoices();
  const text = (field: "sku" | "name" | "description" | "barcode" | "images" | "price" | "currency") => ({
    label: texts.fields[field],
    value: form[field],
    dir: "auto",
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      change({ ...form, [field]: field === "currency" ? value.toUpperCase() : value }),
  });
  const isPriceWrong = form.price !== "" && minorUnitsOf(form.price, form.currency) === null;
  return (
    <>
      <TextInput {...text("name")} required maxLength={200} data-autofocus />
      <Group grow>
        <TextInput {...text("sku")} required maxLength={64} />
        <TextInput {...text("barcode")} maxLength={64} />
      </Group>
      <Group grow align="flex-start">
        <TextInput {...text("price")} required inputMode="decimal" error={isPriceWrong && texts.priceWrong} />
        <TextInput {...text("currency")} required pattern="[A-Z]{3}" maxLength={3} />
      </Group>
      <Group grow>
        <NativeSelect
          label={texts.fields.categoryId}
          value={form.categoryId}
          data={[{ value: "", label: texts.noCategory }, ...choices]}
          onChange={({ currentTarget: { value } }) => change({ ...form, categoryId: value })}
        />
        <NativeSelect
          label={texts.fields.status}
          value={form.status}
          data={Object.entries(texts.statuses).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget: { value } }) =>
            change({ ...form, status: value as ProductForm["status"] })
          }
        />
      </Group>
      <Textarea {...text("description")} autosize minRows={3} maxRows={10} />
      <Textarea {...text("images")} autosize minRows={1} maxRows={6} />
      <AttributeFields rows={form.attributes} change={(attributes) => change({ ...form, attributes })} />
    </>
  );
};
