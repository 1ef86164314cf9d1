import { Alert, Stack, Table, Text, Title } from "@mantine/core";
import { WideTable } from "../../parts/wide-table.tsx";
import type { ImportReport } from "../../queries/imports.ts";
import { useImportsTexts } from "../../texts/imports.ts";

const Mistakes = ({ errors }: Pick<ImportReport, "errors">) => {
  const { columns } = useImportsTexts();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{columns.line}</Table.Th>
          <Table.Th scope="col">{columns.column}</Table.Th>
          <Table.Th scope="col">{columns.mistake}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {errors.map(({ line, column, message }) => (
          <Table.Tr key={`${line} ${column} ${message}`}>
            <Table.Th scope="row">{line}</Table.Th>
            <Table.Td className="mono">{column}</Table.Td>
            <Table.Td>{message}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
};

const Differences = ({ differences }: Pick<ImportReport, "differences">) => {
  const texts = useImportsTexts();
  const { columns } = texts;
  return (
    <WideTable minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{columns.line}</Table.Th>
            <Table.Th scope="col">{columns.sku}</Table.Th>
            <Table.Th scope="col">{columns.change}</Table.Th>
            <Table.Th scope="col">{columns.fields}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map(({ line, sku, change, fields }) => (
            <Table.Tr key={`${line} ${sku}`}>
              <Table.Td>{line}</Table.Td>
              <Table.Th scope="row" className="mono">
                {sku}
              </Table.Th>
              <Table.Td>{texts.changes[change]}</Table.Td>
              <Table.Td>
                {fields.map(({ field, from, to }) => (
                  <Text key={field} size="sm" className="breakable">
                    {field}: {texts.fromTo(from, to)}
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
};

/** What a file does: its figures, the mistakes by line, and what becomes of each product. */
export const ImportReportView = ({ report }: { readonly report: ImportReport }) => {
  const texts = useImportsTexts();
  const { rows, created, changed, unchanged, bad, errors, differences, moreDifferences, newCategories } =
    report;
  return (
    <Stack gap="sm">
      <Alert
        color={bad > 0 ? "yellow" : "kiosk"}
        title={report.dryRun ? texts.previewed : texts.imported}
        role="status"
      >
        <Text size="sm">{texts.figures(rows, created, changed, unchanged)}</Text>
        <Text size="sm">{bad > 0 ? texts.bad(bad) : texts.noErrors}</Text>
        {newCategories.length > 0 && <Text size="sm">{texts.newCategories(newCategories)}</Text>}
      </Alert>
      {errors.length > 0 && <Mistakes errors={errors} />}
      {differences.length > 0 && (
        <>
          <Title order={2} size="h4">
            {texts.differences}
          </Title>
          <Differences differences={differences} />
          {moreDifferences && <Text size="sm">{texts.moreDifferences}</Text>}
        </>
      )}
    </Stack>
  );
};
