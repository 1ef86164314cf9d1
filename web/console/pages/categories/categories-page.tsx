import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { useAddCategory, useChangeCategory, useRemoveCategory } from "../../queries/categories.ts";
import { type Category, useCategories } from "../../queries/products.ts";
import { useCategoriesTexts } from "../../texts/categories.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useCategoryChoices } from "../products/product-fields.tsx";
import { CategoryRow } from "./category-row.tsx";

const NAME_MAX_LENGTH = 100;

const AddForm = () => {
  const texts = useCategoriesTexts();
  const choices = useCategoryChoices();
  const add = useAddCategory();
  const [name, setName] = useState("");
  const [parentId, setParentId] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(
          { name: name.trim(), parentId: parentId === "" ? null : parentId },
          { onSuccess: () => setName("") },
        );
      }}
    >
      <Group align="flex-end" mb="md">
        <TextInput
          label={texts.name}
          value={name}
          required
          maxLength={NAME_MAX_LENGTH}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label={texts.below}
          value={parentId}
          data={[{ value: "", label: texts.top }, ...choices]}
          onChange={({ currentTarget }) => setParentId(currentTarget.value)}
        />
        <Button type="submit" loading={add.isPending} disabled={name.trim() === ""}>
          {texts.add}
        </Button>
      </Group>
    </form>
  );
};

const RenameForm = ({ category, onDone }: { readonly category: Category; onDone(): void }) => {
  const texts = useCategoriesTexts();
  const change = useChangeCategory();
  const [name, setName] = useState(category.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ category, changes: { name: name.trim() } });
        onDone();
      }}
    >
      <Stack>
        <TextInput
          label={texts.name}
          value={name}
          required
          maxLength={NAME_MAX_LENGTH}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" disabled={name.trim() === "" || name.trim() === category.name}>
          {texts.rename}
        </Button>
      </Stack>
    </form>
  );
};

/** The tree of categories, to be put in order. */
export const CategoriesPage = () => {
  const texts = useCategoriesTexts();
  const { pages, close } = useShellTexts();
  const categories = useCategories();
  const change = useChangeCategory();
  const remove = useRemoveCategory();
  const [renamed, rename] = useState<Category | null>(null);
  return (
    <>
      <PageHead title={pages.categories} />
      <AddForm />
      <Text size="sm" c="dimmed" mb="sm">
        {texts.hint}
      </Text>
      <Asked query={categories}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title={texts.nothing} />
          ) : (
            <Stack component="ul" gap={6} p={0} m={0} className="plain-list">
              {items.map((category) => (
                <CategoryRow
                  key={category.id}
                  category={category}
                  tree={items}
                  move={(moved, to) => change.mutate({ category: moved, changes: to })}
                  rename={rename}
                  remove={remove.mutate}
                />
              ))}
            </Stack>
          )
        }
      </Asked>
      <Modal
        opened={renamed !== null}
        onClose={() => rename(null)}
        title={renamed === null ? "" : texts.renameOf(renamed.name)}
        closeButtonProps={{ "aria-label": close }}
      >
        {renamed !== null && <RenameForm category={renamed} onDone={() => rename(null)} />}
      </Modal>
    </>
  );
};
