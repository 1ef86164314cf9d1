import { Alert, Button, Drawer, Group, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import { creation, type Product, useChangeProduct, useCreateProduct } from "../../queries/products.ts";
import { useProductsTexts } from "../../texts/products.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { ProductFields } from "./product-fields.tsx";
import {
  changesOf,
  differences,
  emptyForm,
  fieldText,
  formOf,
  type ProductForm,
  productOf,
} from "./product-form.ts";

interface StaleProps {
  readonly mine: ProductForm;
  readonly theirs: ProductForm;
  takeTheirs(): void;
  keepMine(): void;
}

/** What somebody else has saved beside what is in the form, field by field, and the choice between them. */
const StaleNote = ({ mine, theirs, takeTheirs, keepMine }: StaleProps) => {
  const texts = useProductsTexts();
  return (
    <Alert color="yellow" title={texts.stale} role="alert">
      <Stack gap="sm">
        <Text size="sm">{texts.staleHint}</Text>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Td />
              <Table.Th scope="col">{texts.theirs}</Table.Th>
              <Table.Th scope="col">{texts.mine}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {differences(mine, theirs).map((field) => (
              <Table.Tr key={field}>
                <Table.Th scope="row">{texts.fields[field]}</Table.Th>
                <Table.Td className="breakable">{fieldText(theirs, field)}</Table.Td>
                <Table.Td className="breakable">{fieldText(mine, field)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Group>
          <Button size="xs" variant="default" onClick={takeTheirs}>
            {texts.takeTheirs}
          </Button>
          <Button size="xs" onClick={keepMine}>
            {texts.keepMine}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
};

const EditForm = ({ product, onDone }: { readonly product: Product; onDone(): void }) => {
  const { save } = useShellTexts();
  const [read, setRead] = useState(product);
  const [form, setForm] = useState(() => formOf(product));
  const [newer, setNewer] = useState<Product | null>(null);
  const change = useChangeProduct(setNewer);
  const changes = changesOf(form, formOf(read));
  const send = (onto: Product) => {
    const wanted = changesOf(form, formOf(onto));
    if (wanted !== null) change.mutate({ product: onto, changes: wanted }, { onSuccess: onDone });
  };
  const settle = (current: Product) => {
    setRead(current);
    setNewer(null);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send(read);
      }}
    >
      <Stack gap="sm">
        {newer !== null && (
          <StaleNote
            mine={form}
            theirs={formOf(newer)}
            takeTheirs={() => {
              setForm(formOf(newer));
              settle(newer);
            }}
            keepMine={() => {
              settle(newer);
              send(newer);
            }}
          />
        )}
        <ProductFields form={form} change={setForm} />
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={change.isPending}
            disabled={newer !== null || changes === null || Object.keys(changes).length === 0}
          >
            {save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const CreateForm = ({ onDone }: { onDone(): void }) => {
  const texts = useProductsTexts();
  const [form, setForm] = useState(emptyForm);
  const create = useCreateProduct();
  const product = productOf(form);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (product !== null) create.mutate(creation(product), { onSuccess: onDone });
      }}
    >
      <Stack gap="sm">
        <ProductFields form={form} change={setForm} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={product === null}>
            {texts.add}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

export interface ProductDrawerProps {
  /** Null for none, "new" for one that is to be. */
  readonly opened: Product | "new" | null;
  onClose(): void;
}

/** A product to be changed, or a new one. */
export const ProductDrawer = ({ opened, onClose }: ProductDrawerProps) => {
  const texts = useProductsTexts();
  const { close } = useShellTexts();
  return (
    <Drawer
      opened={opened !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={opened === "new" ? texts.newTitle : opened?.name}
      closeButtonProps={{ "aria-label": close }}
    >
      {opened === "new" && <CreateForm onDone={onClose} />}
      {opened !== null && opened !== "new" && <EditForm key={opened.id} product={opened} onDone={onClose} />}
    </Drawer>
  );
};
