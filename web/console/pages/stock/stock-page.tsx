import { Badge, Button, Group, NativeSelect, Switch, Table, Text } from "@mantine/core";
import { useState } from "react";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { SearchField } from "../../parts/search-field.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { WideTable } from "../../parts/wide-table.tsx";
import { itemsOf } from "../../queries/pages.ts";
import {
  type AdjustmentReason,
  adjustment,
  adjustmentReasons,
  type StockLevel,
  useAdjust,
  useLiveStock,
  useStockLevels,
} from "../../queries/stock.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useStockTexts } from "../../texts/stock.ts";
import { NewLevel } from "./new-level.tsx";
import { StockDrawer } from "./stock-drawer.tsx";

/** What is done most is done by one press: a unit more or less was counted. */
const ONE = [-1, 1] as const;

const LevelBadge = ({ level }: { readonly level: StockLevel }) => {
  const texts = useStockTexts();
  if (level.available === 0)
    return (
      <Badge color="red" size="sm" variant="dot" tt="none" display="flex" w="max-content" ff="text">
        {texts.soldOut}
      </Badge>
    );
  return level.available <= level.lowStockThreshold ? (
    <Badge color="orange" size="sm" variant="dot" tt="none" display="flex" w="max-content" ff="text">
      {texts.low}
    </Badge>
  ) : null;
};

interface LevelRowProps {
  readonly level: StockLevel;
  /** Of a unit more or less. */
  readonly reason: AdjustmentReason;
  open(): void;
}

const LevelRow = ({ level, reason, open }: LevelRowProps) => {
  const texts = useStockTexts();
  const { count } = useFormat();
  const adjust = useAdjust();
  const { sku } = level;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} className="mono">
        {sku}
        <LevelBadge level={level} />
      </Table.Th>
      <Table.Td ta="end" className="number" visibleFrom="sm">
        {count(level.onHand)}
      </Table.Td>
      <Table.Td ta="end" className="number" visibleFrom="sm">
        {count(level.reserved)}
      </Table.Td>
      <Table.Td ta="end" className="number">
        <Text fw={600} data-testid={`available-${sku}`}>
          {count(level.available)}
        </Text>
      </Table.Td>
      <Table.Td ta="end" className="number" visibleFrom="sm">
        {count(level.lowStockThreshold)}
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" justify="flex-end">
          {ONE.map((delta) => (
            <Button
              key={delta}
              size="compact-sm"
              variant="default"
              aria-label={texts.one(sku, delta)}
              disabled={level.available + delta < 0}
              onClick={() => adjust.mutate(adjustment({ sku, delta, reason, note: "" }))}
            >
              {delta > 0 ? "+1" : "−1"}
            </Button>
          ))}
          <Button size="compact-sm" variant="light" aria-label={texts.adjustOf(sku)} onClick={open}>
            {texts.adjust}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

interface LevelTableProps extends Pick<LevelRowProps, "reason"> {
  readonly levels: readonly StockLevel[];
  open(sku: string): void;
}

const LevelTable = ({ levels, reason, open }: LevelTableProps) => {
  const { columns } = useStockTexts();
  return (
    <WideTable minWidth={350}>
      <Table highlightOnHover stickyHeader verticalSpacing="xs" horizontalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{columns.sku}</Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="sm">
              {columns.onHand}
            </Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="sm">
              {columns.reserved}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {columns.available}
            </Table.Th>
            <Table.Th scope="col" ta="end" visibleFrom="sm">
              {columns.threshold}
            </Table.Th>
            <Table.Th scope="col" ta="end">
              {columns.adjust}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {levels.map((level) => (
            <LevelRow key={level.sku} level={level} reason={reason} open={() => open(level.sku)} />
          ))}
        </Table.Tbody>
      </Table>
    </WideTable>
  );
};

/** The stock of every SKU as it is now, to be counted, corrected and looked into. */
export const StockPage = () => {
  const texts = useStockTexts();
  const { pages } = useShellTexts();
  const [q, setQ] = useState("");
  const [belowThreshold, setBelow] = useState(false);
  const [reason, setReason] = useState<AdjustmentReason>("count");
  const [openSku, setOpenSku] = useState<string | null>(null);
  const levels = useStockLevels({ q, belowThreshold });
  const isLive = useLiveStock();
  const opened = levels.data && itemsOf(levels.data).find(({ sku }) => sku === openSku);
  return (
    <>
      <PageHead title={pages.stock} isLive={isLive}>
        <Switch
          label={texts.below}
          checked={belowThreshold}
          onChange={({ currentTarget }) => setBelow(currentTarget.checked)}
        />
        <NativeSelect
          aria-label={texts.countedAs}
          value={reason}
          data={adjustmentReasons.map((value) => ({
            value,
            label: `${texts.countedAs}: ${texts.reasons[value]}`,
          }))}
          onChange={({ currentTarget }) => setReason(currentTarget.value as AdjustmentReason)}
        />
        <SearchField label={texts.search} onSearch={setQ} />
        <NewLevel />
      </PageHead>
      <Asked query={levels} lines={10}>
        {(read) =>
          itemsOf(read).length === 0 ? (
            <Nothing title={belowThreshold && q === "" ? texts.nothingLow : texts.nothing} />
          ) : (
            <LevelTable levels={itemsOf(read)} reason={reason} open={setOpenSku} />
          )
        }
      </Asked>
      <MoreButton query={levels} />
      <StockDrawer level={opened ?? null} onClose={() => setOpenSku(null)} />
    </>
  );
};
