import { ActionIcon, Button, Group, Input, NativeSelect, Stack, TextInput } from "@mantine/core";
import { CloseIcon } from "../../../shared/icons.tsx";
import { useProductsTexts } from "../../texts/products.ts";
import {
  type AttributeKind,
  type AttributeRow,
  asKind,
  attributeKinds,
  emptyRow,
  rowProblem,
} from "./product-attributes.ts";

/** As many as the shop takes. */
const ROWS_MAX = 50;
const NAME_MAX_LENGTH = 64;
const VALUE_MAX_LENGTH = 500;

interface RowProps {
  readonly row: AttributeRow;
  /** What tells it from the others for those who listen. */
  readonly place: number;
  readonly problem: ReturnType<typeof rowProblem>;
  change(row: AttributeRow): void;
  remove(): void;
}

const ValueField = ({ row, place, problem, change }: Omit<RowProps, "remove">) => {
  const texts = useProductsTexts().attributes;
  const label = texts.valueOf(row.name || String(place));
  if (row.kind === "flag")
    return (
      <NativeSelect
        aria-label={label}
        value={row.value}
        data={[
          { value: "true", label: texts.yes },
          { value: "false", label: texts.no },
        ]}
        onChange={({ currentTarget }) => change({ ...row, value: currentTarget.value })}
        flex="1 1 0"
      />
    );
  return (
    <TextInput
      aria-label={label}
      placeholder={texts.value}
      value={row.value}
      maxLength={VALUE_MAX_LENGTH}
      inputMode={row.kind === "number" ? "decimal" : "text"}
      error={problem === "value" && texts.problems.value}
      onChange={({ currentTarget }) => change({ ...row, value: currentTarget.value })}
      flex="1 1 0"
    />
  );
};

const Row = ({ row, place, problem, change, remove }: RowProps) => {
  const texts = useProductsTexts().attributes;
  const named = row.name || String(place);
  return (
    <Group component="li" gap={6} align="flex-start" wrap="nowrap">
      <TextInput
        aria-label={texts.nameOf(place)}
        placeholder={texts.name}
        value={row.name}
        maxLength={NAME_MAX_LENGTH}
        error={(problem === "nameless" || problem === "twice") && texts.problems[problem]}
        onChange={({ currentTarget }) => change({ ...row, name: currentTarget.value })}
        flex="1 1 0"
      />
      <NativeSelect
        aria-label={texts.kindOf(named)}
        value={row.kind}
        data={attributeKinds.map((value) => ({ value, label: texts.kinds[value] }))}
        onChange={({ currentTarget }) => change(asKind(row, currentTarget.value as AttributeKind))}
        flex="0 0 7rem"
      />
      <ValueField row={row} place={place} problem={problem} change={change} />
      <ActionIcon variant="default" size={36} aria-label={texts.removeOf(named)} onClick={remove}>
        <CloseIcon />
      </ActionIcon>
    </Group>
  );
};

interface AttributeFieldsProps {
  readonly rows: readonly AttributeRow[];
  change(rows: readonly AttributeRow[]): void;
}

/** What buyers filter by: a name, what kind of value it is, and the value. */
export const AttributeFields = ({ rows, change }: AttributeFieldsProps) => {
  const { fields, attributes: texts } = useProductsTexts();
  return (
    <section aria-label={fields.attributes}>
      <Input.Label labelElement="div" mb={4}>
        {fields.attributes}
      </Input.Label>
      <Stack component="ul" gap="xs" p={0} m={0} className="plain-list">
        {rows.map((row, index) => (
          <Row
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing of their own but their place
            key={index}
            row={row}
            place={index + 1}
            problem={rowProblem(rows, row)}
            change={(changed) => change(rows.with(index, changed))}
            remove={() => change(rows.toSpliced(index, 1))}
          />
        ))}
      </Stack>
      {rows.length < ROWS_MAX && (
        <Button size="xs" variant="default" mt="xs" onClick={() => change([...rows, emptyRow])}>
          {texts.add}
        </Button>
      )}
    </section>
  );
};
