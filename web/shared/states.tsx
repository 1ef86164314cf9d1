import { Alert, Button, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { KioskProblem } from "../../client/index.ts";
import { WarningIcon } from "./icons.tsx";
import { useLanguage, useTexts } from "./language.tsx";
import { useOnline } from "./online.ts";
import { type SharedTexts, sharedTexts } from "./texts.ts";

/** What a failure says to people: in the page's words where the code is known, else in the shop's. */
export const problemText = (error: unknown, texts: SharedTexts, isEnglish: boolean): string => {
  if (!(error instanceof KioskProblem)) return texts.problems.INTERNAL ?? texts.failed;
  if (error.status === 0 && !navigator.onLine) return texts.problems.OFFLINE ?? texts.failed;
  const known = texts.problems[error.code];
  // The shop's own words say more, where they are in the reader's language.
  const said = isEnglish && error.status !== 0 && error.code !== "OTP_INVALID" ? error.message : known;
  const wait = error.retryAfterSeconds === null ? "" : ` ${texts.tryAgainIn(error.retryAfterSeconds)}`;
  return `${said ?? known ?? texts.failed}${wait}`;
};

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
  readonly children?: ReactNode;
}

/** What went wrong, how to try again, and the id by which the shop's people find it. */
export const Failure = ({ error, onRetry, children }: FailureProps) => {
  const texts = useTexts(sharedTexts);
  const { language } = useLanguage();
  const requestId = error instanceof KioskProblem ? error.requestId : null;
  return (
    <Alert color="red" variant="outline" icon={<WarningIcon />} title={texts.failed} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problemText(error, texts, language === "en")}</Text>
        {children}
        {requestId !== null && (
          <Text size="xs" c="dimmed" className="breakable">
            {texts.requestId(requestId)}
          </Text>
        )}
        {onRetry !== undefined && (
          <Button size="sm" variant="default" onClick={onRetry}>
            {texts.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  );
};

interface EmptyProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

/** Where there is nothing: what it would be, and the way on. */
export const Empty = ({ title, text, children }: EmptyProps) => (
  <Stack align="center" gap="sm" py={64} ta="center">
    <Title order={2} size="h3">
      {title}
    </Title>
    <Text c="dimmed" maw={420}>
      {text}
    </Text>
    {children}
  </Stack>
);

/** Says that there is no network, while there is none. */
export const OfflineNotice = () => {
  const online = useOnline();
  const { offline } = useTexts(sharedTexts);
  return (
    <div role="status">
      {!online && (
        <Text className="offline-notice" size="sm">
          {offline}
        </Text>
      )}
    </div>
  );
};

/** In the place of what cannot be read because there is no network: it comes by itself. */
export const OfflineState = () => {
  const { offlineTitle, offlineText } = useTexts(sharedTexts);
  return <Empty title={offlineTitle} text={offlineText} />;
};
