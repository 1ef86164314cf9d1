import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import { PAGE_TITLE_ID } from "./page-head.tsx";

/** A table that is scrolled sideways where the screen is narrower than it; by keys as well, so it takes the focus. */
export const WideTable = ({
  minWidth,
  children,
}: {
  readonly minWidth: number;
  readonly children: ReactNode;
}) => (
  <Table.ScrollContainer
    minWidth={minWidth}
    type="native"
    role="region"
    aria-labelledby={PAGE_TITLE_ID}
    tabIndex={0}
  >
    {children}
  </Table.ScrollContainer>
);
