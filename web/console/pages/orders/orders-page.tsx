import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useSearch } from "wouter";
import { PageHead } from "../../parts/page-head.tsx";
import { useLiveOrders } from "../../queries/orders.ts";
import { useOrdersTexts } from "../../texts/orders.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { OrderBoard } from "./order-board.tsx";
import { OrderDrawer } from "./order-drawer.tsx";
import { OrderTable } from "./order-table.tsx";

/** The shop's orders as they move, and what may be done with each. */
export const OrdersPage = () => {
  const texts = useOrdersTexts();
  const { pages } = useShellTexts();
  const [view, setView] = useState("board");
  // Links from elsewhere name the order that they mean.
  const named = new URLSearchParams(useSearch()).get("order");
  const [openId, setOpenId] = useState<string | null>(named);
  const isLive = useLiveOrders();
  return (
    <>
      <PageHead title={pages.orders} isLive={isLive}>
        <SegmentedControl
          aria-label={texts.view}
          value={view}
          onChange={setView}
          data={[
            { value: "board", label: texts.board },
            { value: "table", label: texts.table },
          ]}
        />
      </PageHead>
      {view === "board" ? <OrderBoard open={setOpenId} /> : <OrderTable open={setOpenId} />}
      <OrderDrawer id={openId} onClose={() => setOpenId(null)} />
    </>
  );
};
