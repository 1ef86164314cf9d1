import { Skeleton, Stack, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { KioskProblem } from "../../../client/index.ts";
import { useLanguage, useTexts } from "../../shared/language.tsx";
import { Failure, problemText } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";

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

/** Grey lines where something is about to be. */
const Waiting = ({ lines }: { readonly lines: number }) => {
  const { loading } = useTexts(sharedTexts);
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

export interface AskedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, "data" | "isError" | "error"> & { refetch(): unknown };
  readonly lines?: number;
  children(data: Data): ReactNode;
}

/** What the shop answers, or that it is asked, or why it does not: what was read before stays while it is read again. */
export const Asked = <Data,>({ query, lines = 5, children }: AskedProps<Data>) => {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return <Waiting lines={lines} />;
};
