import { Title, type TitleProps, VisuallyHidden } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useShopTexts } from "../texts/texts.ts";

interface PageTitleProps extends Pick<TitleProps, "size" | "className"> {
  /** Of the browser's tab. */
  readonly title: string;
  readonly children?: ReactNode;
  /** Only for those who listen. */
  readonly hidden?: boolean;
}

/** The page that the visit began with: the browser has put the focus there itself. */
const firstVisit = { isOver: false };

/**
 * The heading of a page. A page that was opened from another one has the focus at its heading, as a page that is loaded has it at its
 * top: so a screen reader says where one is, and the keyboard goes on from there.
 */
export const PageTitle = ({ title, children = title, hidden = false, ...look }: PageTitleProps) => {
  const { shop } = useShopTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === shop ? shop : `${title} · ${shop}`;
  }, [title, shop]);
  useEffect(() => {
    const isFirst = !firstVisit.isOver;
    firstVisit.isOver = true;
    if (isFirst) return;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  const shown = (
    <Title order={1} ref={heading} tabIndex={-1} {...look}>
      {children}
    </Title>
  );
  return hidden ? <VisuallyHidden>{shown}</VisuallyHidden> : shown;
};
