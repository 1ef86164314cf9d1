import { notFound } from "../../shared/kernel/errors.ts";
import { isUuid } from "../../shared/kernel/ids.ts";
import {
  explainOrder as explain,
  numberIn,
  type OrderExplanation,
  type OrderStory,
} from "../domain/explain-order.ts";
import { type Caller, isStaff, mayRead } from "./read-orders.ts";

/** By id, or by the number that people read. */
export type OrderName = { readonly id: string } | { readonly number: string };

export interface StoryReads {
  /** An order with all that is known of it, as it was at one moment; null where there is none. */
  story(name: OrderName): Promise<OrderStory | null>;
  /** Names of people, as far as they are known. */
  names(userIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

const nameIn = (text: string): OrderName | null => {
  if (isUuid(text)) return { id: text };
  const number = numberIn(text);
  return number === null ? null : { number };
};

const peopleIn = ({ steps }: OrderStory): string[] => [
  ...new Set(steps.flatMap(({ actor }) => (actor.id === null ? [] : [actor.id]))),
];

/** Why an order is as it is; `name` is its id or its number. Fails with `NOT_FOUND`, also where it is somebody else's. */
export const explainOrder =
  ({ stories }: { readonly stories: StoryReads }) =>
  async (caller: Caller, text: string): Promise<OrderExplanation> => {
    const name = nameIn(text);
    const story = name === null ? null : await stories.story(name);
    if (story === null || !mayRead(caller, story.order)) throw notFound("order");
    const names = isStaff(caller) ? await stories.names(peopleIn(story)) : new Map<string, string>();
    return explain(story, { isStaff: isStaff(caller), names });
  };
