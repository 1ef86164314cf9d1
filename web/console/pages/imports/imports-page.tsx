import { Badge, Button, FileInput, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { PageHead } from "../../parts/page-head.tsx";
import { Asked } from "../../parts/states.tsx";
import { useExport, useImport, useImportProgress, useImports } from "../../queries/imports.ts";
import { itemsOf } from "../../queries/pages.ts";
import { useImportsTexts } from "../../texts/imports.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { ImportReportView } from "./import-report.tsx";

const Running = ({ importId }: { readonly importId: string }) => {
  const texts = useImportsTexts();
  const rows = useImportProgress(importId);
  return (
    <Stack gap={4} role="status">
      <Progress value={100} animated aria-label={texts.states.running} />
      <Text size="sm">{texts.progress(rows ?? 0)}</Text>
    </Stack>
  );
};

const Before = () => {
  const texts = useImportsTexts();
  const { moment } = useFormat();
  const imports = useImports();
  return (
    <section aria-label={texts.before}>
      <Title order={2} size="h4" mb="xs">
        {texts.before}
      </Title>
      <Asked query={imports} lines={3}>
        {(pages) => (
          <Stack component="ul" gap={6} p={0} m={0} className="plain-list">
            {itemsOf(pages).length === 0 && (
              <Text component="li" c="dimmed">
                {texts.noneBefore}
              </Text>
            )}
            {itemsOf(pages).map(({ id, state, startedAt, rows, created, changed, unchanged, dryRun }) => (
              <Group component="li" key={id} gap="sm">
                <Badge variant="dot" color={state === "done" ? "kiosk" : "orange"} tt="none">
                  {dryRun ? texts.preview : texts.states[state]}
                </Badge>
                <Text size="sm">{moment(startedAt)}</Text>
                <Text size="sm" c="dimmed">
                  {texts.figures(rows, created, changed, unchanged)}
                </Text>
              </Group>
            ))}
          </Stack>
        )}
      </Asked>
    </section>
  );
};

/** Products from a file and into one: what it would change is looked at before it does. */
export const ImportsPage = () => {
  const texts = useImportsTexts();
  const { pages } = useShellTexts();
  const [file, setFile] = useState<File | null>(null);
  const send = useImport();
  const save = useExport();
  const isSeen = send.data?.dryRun === true && send.variables?.file === file;
  const order = (dryRun: boolean) => {
    if (file !== null) send.mutate({ file, dryRun, importId: crypto.randomUUID() });
  };
  return (
    <>
      <PageHead title={pages.imports}>
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {texts.export}
        </Button>
      </PageHead>
      <Stack>
        <Text c="dimmed">{texts.lead}</Text>
        <Group align="flex-end">
          <FileInput
            label={texts.file}
            placeholder={texts.choose}
            accept=".csv,text/csv"
            value={file}
            onChange={setFile}
            miw={260}
          />
          <Button variant="default" disabled={file === null || send.isPending} onClick={() => order(true)}>
            {texts.preview}
          </Button>
          <Button disabled={!isSeen || send.isPending} onClick={() => order(false)}>
            {texts.start}
          </Button>
        </Group>
        {send.isPending && send.variables !== undefined && <Running importId={send.variables.importId} />}
        {send.data !== undefined && <ImportReportView report={send.data} />}
        <Before />
      </Stack>
    </>
  );
};
