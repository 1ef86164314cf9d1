import { Badge, Group, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useOnline } from "../../shared/online.ts";
import { useShellTexts } from "../texts/shell.ts";

/** Whether a page was shown before: the first one leaves the focus where the browser put it. */
let isLaterPage = false;

/** By which what belongs to the page as a whole is labelled. */
export const PAGE_TITLE_ID = "page-title";

export interface PageHeadProps {
  readonly title: string;
  /** Whether what is shown moves by itself; undefined where it never does. */
  readonly isLive?: boolean;
  /** What can be done on the page. */
  readonly children?: ReactNode;
}

/** The page's first heading: it names the window, and takes the focus when somebody comes here from another page. */
export const PageHead = ({ title, isLive, children }: PageHeadProps) => {
  const { console: name, live, notLive } = useShellTexts();
  // A cut connection is noticed only after a while; that there is no network is known at once.
  const isMoving = useOnline() && isLive === true;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  useEffect(() => {
    if (isLaterPage) heading.current?.focus();
    isLaterPage = true;
  }, []);
  return (
    <Group justify="space-between" mb="md">
      <Group gap="sm">
        <Title order={1} size="h2" id={PAGE_TITLE_ID} ref={heading} tabIndex={-1}>
          {title}
        </Title>
        {isLive !== undefined && (
          <Badge variant="dot" color={isMoving ? "kiosk" : "gray"} tt="none" role="status">
            {isMoving ? live : notLive}
          </Badge>
        )}
      </Group>
      <Group gap="xs">{children}</Group>
    </Group>
  );
};
