import { Button, Group, Text } from "@mantine/core";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { directionOf, useLanguage } from "../../../shared/language.tsx";
import type { Category } from "../../queries/products.ts";
import { useCategoriesTexts } from "../../texts/categories.ts";
import { type CategoryMove, type Direction, dropOn, stepOf } from "./category-moves.ts";

const STEPS = ["up", "down", "in", "out"] as const satisfies readonly Direction[];
/** In and out by the way that the page is read. */
const KEYS: Readonly<Record<"ltr" | "rtl", Readonly<Record<string, Direction>>>> = {
  ltr: { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" },
  rtl: { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "in", ArrowRight: "out" },
};
const SIGNS = { up: "↑", down: "↓", in: "⇥", out: "⇤" } as const;
/** The upper part of a row is the place before it. */
const BEFORE_PART = 0.35;
const INDENT_REM = 1.5;
const DRAGGED = "application/x-kiosk-category";

export interface CategoryRowProps {
  readonly category: Category;
  readonly tree: readonly Category[];
  move(category: Category, to: CategoryMove): void;
  rename(category: Category): void;
  remove(category: Category): void;
}

const partOf = (event: DragEvent<HTMLElement>): "before" | "into" => {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return (event.clientY - top) / height < BEFORE_PART ? "before" : "into";
};

/** What a row does as the place that another one is dropped on. */
const useDropPlace = ({ category, tree, move }: CategoryRowProps) => {
  const [over, setOver] = useState<"before" | "into" | null>(null);
  const onDragOver = (event: DragEvent<HTMLElement>) => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    setOver(partOf(event));
  };
  const onDrop = (event: DragEvent<HTMLElement>) => {
    setOver(null);
    const dragged = tree.find(({ id }) => id === event.dataTransfer.getData(DRAGGED));
    const to = dragged && dropOn(tree, dragged, category, partOf(event));
    if (!dragged || !to) return;
    event.preventDefault();
    move(dragged, to);
  };
  return { over, handlers: { onDragOver, onDrop, onDragLeave: () => setOver(null) } };
};

/** One category: it can be dragged, moved by buttons and by Alt and the arrow keys. */
export const CategoryRow = (props: CategoryRowProps) => {
  const { category, tree, move, rename, remove } = props;
  const texts = useCategoriesTexts();
  const { language } = useLanguage();
  const { over, handlers } = useDropPlace(props);
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = event.altKey ? KEYS[directionOf(language)][event.key] : undefined;
    const to = direction && stepOf(tree, category, direction);
    if (!to) return;
    event.preventDefault();
    move(category, to);
  };
  return (
    <li
      className="category"
      data-over={over ?? undefined}
      style={{ marginInlineStart: `${category.level * INDENT_REM}rem` }}
      draggable
      onDragStart={({ dataTransfer }) => dataTransfer.setData(DRAGGED, category.id)}
      onKeyDown={onKeyDown}
      {...handlers}
    >
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={500}>{category.name}</Text>
          <Text size="xs" c="dimmed">
            {texts.products(category.productCount)}
          </Text>
        </Group>
        <Group gap={6}>
          {STEPS.map((step) => {
            const to = stepOf(tree, category, step);
            return (
              <Button
                key={step}
                size="compact-sm"
                variant="default"
                // The focus stays where it is when there is no further step.
                {...(to === null ? { "aria-disabled": true, "data-disabled": true } : {})}
                aria-label={texts.stepOf(texts.steps[step], category.name)}
                onClick={() => to !== null && move(category, to)}
              >
                {SIGNS[step]}
              </Button>
            );
          })}
          <Button
            size="compact-sm"
            variant="light"
            aria-label={texts.renameOf(category.name)}
            onClick={() => rename(category)}
          >
            {texts.rename}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={texts.removeOf(category.name)}
            onClick={() => remove(category)}
          >
            {texts.remove}
          </Button>
        </Group>
      </Group>
    </li>
  );
};
