import { Button, Text } from "@mantine/core";
import { useRef } from "react";
import { CheckIcon } from "../../shared/icons.tsx";
import { useKeptFocus } from "../../shared/use-kept-focus.ts";
import { useSandboxTexts } from "../texts.ts";
import type { Step, StepName, WalkOrder } from "./steps.ts";

interface GuideProps {
  readonly steps: readonly Step[];
  readonly order: WalkOrder | null;
  readonly customer: string;
  /** Undefined where nobody is known to be the merchant. */
  readonly merchant: string | undefined;
  readonly isBusy: boolean;
  /** Does what leads to a step; undefined where it is done in the shop itself. */
  readonly onGo: Readonly<Partial<Record<StepName, () => void>>>;
}

/** The walk of a newcomer: what there is to do, ticked off when it has happened, and a button for the next. */
export const Guide = ({ steps, order, customer, merchant, isBusy, onGo }: GuideProps) => {
  const { guide } = useSandboxTexts();
  const shown = merchant === undefined ? steps.filter(({ name }) => name !== "restock") : steps;
  const who = { customer, merchant: merchant ?? "", sku: order?.skus[0] ?? "" };
  const isOver = shown.every(({ isDone }) => isDone);
  const nextName = shown.find(({ isNext }) => isNext)?.name;
  const place = useRef<HTMLElement>(null);
  // A step that is done takes its button away.
  useKeptFocus(place, nextName);
  return (
    <section className="guide" aria-label={guide.title} ref={place} tabIndex={-1}>
      <ol className="guide-steps">
        {shown.map(({ name, isDone, isNext }, index) => (
          <li key={name} className="guide-step" data-state={isDone ? "done" : isNext ? "next" : "later"}>
            <span className="guide-mark" aria-hidden="true">
              {isDone ? <CheckIcon /> : index + 1}
            </span>
            <div className="guide-words">
              <Text fw={600} size="sm">
                {guide.steps[name].title(who)}
                {isDone && <span className="only-heard"> {guide.done}</span>}
              </Text>
              {isNext && (
                <Text size="xs" c="dimmed">
                  {guide.steps[name].hint(who)}
                </Text>
              )}
            </div>
            {isNext && onGo[name] !== undefined && (
              <Button size="xs" loading={isBusy} onClick={onGo[name]} className="guide-go">
                {guide.steps[name].go(who)}
              </Button>
            )}
          </li>
        ))}
      </ol>
      <div role="status">
        {isOver && (
          <Text size="sm" className="guide-over">
            {guide.over}
          </Text>
        )}
      </div>
    </section>
  );
};
