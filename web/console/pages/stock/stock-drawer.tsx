import { Divider, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import type { Schemas } from "../../../../client/index.ts";
import { useFormat } from "../../../shared/format.ts";
import { MoreButton } from "../../parts/more.tsx";
import { Asked, Nothing } from "../../parts/states.tsx";
import { itemsOf } from "../../queries/pages.ts";
import { type StockLevel, useMovements } from "../../queries/stock.ts";
import { useShellTexts } from "../../texts/shell.ts";
import { useStockTexts } from "../../texts/stock.ts";
import { AdjustForm, ThresholdForm } from "./adjust-form.tsx";
import { StockWhy } from "./stock-explanation.tsx";
import { TakeBack } from "./take-back.tsx";

const isReason = <Reasons extends object>(reasons: Reasons, word: string): word is keyof Reasons & string =>
  Object.hasOwn(reasons, word);

const MovementLine = ({ movement }: { readonly movement: Schemas["Movement"] }) => {
  const texts = useStockTexts();
  const { moment } = useFormat();
  const { kind, onHandDelta, reservedDelta, onHandAfter, reservedAfter, reason, note, orderId, createdAt } =
    movement;
  const delta = onHandDelta !== 0 ? onHandDelta : reservedDelta;
  const why = reason !== null && isReason(texts.reasons, reason) ? texts.reasons[reason] : reason;
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={600}>
          {texts.kinds[kind]} {delta > 0 ? `+${delta}` : delta}
        </Text>
        <Text size="xs" c="dimmed">
          {moment(createdAt)}
        </Text>
      </Group>
      <Text size="sm">
        {[why, note, orderId === null ? null : texts.byOrder].filter((part) => part !== null).join(" · ")}
      </Text>
      <Text size="xs" c="dimmed">
        {texts.after(onHandAfter, reservedAfter)}
      </Text>
    </li>
  );
};

const Ledger = ({ sku }: { readonly sku: string }) => {
  const texts = useStockTexts();
  const movements = useMovements(sku);
  return (
    <Asked query={movements}>
      {(pages) =>
        itemsOf(pages).length === 0 ? (
          <Nothing title={texts.noMovements} />
        ) : (
          <>
            <TakeBack sku={sku} movements={itemsOf(pages)} />
            <Stack component="ul" gap="sm" p={0} m={0} className="plain-list">
              {itemsOf(pages).map((movement) => (
                <MovementLine key={`${movement.sku} ${movement.version}`} movement={movement} />
              ))}
            </Stack>
            <MoreButton query={movements} />
          </>
        )
      }
    </Asked>
  );
};

/** One SKU: its level is changed here, and its ledger says how it came about. */
export const StockDrawer = ({ level, onClose }: { readonly level: StockLevel | null; onClose(): void }) => {
  const texts = useStockTexts();
  const { close } = useShellTexts();
  return (
    <Drawer
      opened={level !== null}
      onClose={onClose}
      position="right"
      title={<span className="mono">{level?.sku}</span>}
      closeButtonProps={{ "aria-label": close }}
    >
      {level !== null && (
        <Stack>
          <AdjustForm key={level.sku} sku={level.sku} onDone={onClose} />
          <Divider />
          <ThresholdForm key={`${level.sku} ${level.version}`} level={level} />
          <Divider />
          <Title order={3} size="h4">
            {texts.ledger}
          </Title>
          <StockWhy key={`why ${level.sku}`} sku={level.sku} />
          <Ledger sku={level.sku} />
        </Stack>
      )}
    </Drawer>
  );
};
