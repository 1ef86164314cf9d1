import { Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { KioskProblem } from "../../../client/index.ts";
import { useLanguage, useTexts } from "../../shared/language.tsx";
import { useOnline } from "../../shared/online.ts";
import { Failure, OfflineState, problemText } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { useShellTexts } from "../texts/shell.ts";

/** A refusal in one line; staff want to know which field it was. */
export const useProblemText = () => {
  const texts = useTexts(sharedTexts);
  const { language } = useLanguage();
  return (error: unknown): string => {
    const fields = error instanceof KioskProblem ? error.errors : [];
    const told = fields.map(({ pointer, message }) => `${pointer.split("/").at(-1) ?? ""} ${message}`);
    return told.length > 0 ? told.join("; ") : problemText(error, texts, language === "en");
  };
};

/** Grey lines where something is about to be; offline nothing is. */
const Waiting = ({ lines }: { readonly lines: number }) => {
  const { loading } = useTexts(sharedTexts);
  if (!useOnline()) return <OfflineState />;
  return (
    <Stack gap="sm" role="status" aria-label={loading}>
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((line) => (
        <Skeleton key={line} height={28} />
      ))}
    </Stack>
  );
};

/** Nothing there, and what to do about it. */
export const Nothing = ({ title, children }: { readonly title: string; readonly children?: ReactNode }) => (
  <Stack align="center" gap="sm" py="xl">
    <Text c="dimmed">{title}</Text>
    {children}
  </Stack>
);

const FORBIDDEN = 403;

/** The rights have changed since the page was opened: to try again would change nothing. */
const NotAllowed = () => {
  const { noPermission, rightsGone } = useShellTexts();
  return (
    <Stack align="center" gap="sm" py="xl" ta="center" role="alert">
      <Text fw={600}>{noPermission}</Text>
      <Text c="dimmed">{rightsGone}</Text>
    </Stack>
  );
};

export interface AskedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, "data" | "isError" | "error"> & { refetch(): unknown };
  readonly lines?: number;
  children(data: Data): ReactNode;
}

/** What the shop answers, or that it is asked, or why it does not: what was read before stays while it is read again. */
export const Asked = <Data,>({ query, lines = 5, children }: AskedProps<Data>) => {
  const { data, error } = query;
  if (error instanceof KioskProblem && error.status === FORBIDDEN) return <NotAllowed />;
  if (data !== undefined) return children(data);
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
};
