/** What the newcomer's walk is made of, in its order. */
export const stepNames = ["signIn", "order", "card", "restock"] as const;
export type StepName = (typeof stepNames)[number];

/** The order that the walk is about: the last one of a customer. */
export interface WalkOrder {
  readonly number: string;
  readonly createdAt: string;
  readonly buyerId: number;
  readonly skus: readonly string[];
}

/** What is known of the walk so far. */
export interface Facts {
  readonly isCustomerSignedIn: boolean;
  readonly order: WalkOrder | null;
  /** Whether the buyer's chat has a card of it. */
  readonly hasCard: boolean;
  readonly isRestocked: boolean;
}

export interface Step {
  readonly name: StepName;
  readonly isDone: boolean;
  /** The first that is not done. */
  readonly isNext: boolean;
}

/** The steps with their ticks. A step counts when it has happened, by whatever way; whoever has ordered was signed in. */
export const stepsOf = ({ isCustomerSignedIn, order, hasCard, isRestocked }: Facts): Step[] => {
  const done: Readonly<Record<StepName, boolean>> = {
    signIn: isCustomerSignedIn || order !== null,
    order: order !== null,
    card: hasCard,
    restock: isRestocked,
  };
  const next = stepNames.find((name) => !done[name]);
  return stepNames.map((name) => ({ name, isDone: done[name], isNext: name === next }));
};

interface Movement {
  readonly onHandDelta: number;
  readonly orderId: string | null;
  readonly createdAt: string;
}

/** Whether units came in by hand since a moment: not by an order's return. */
export const isRestock = ({ onHandDelta, orderId, createdAt }: Movement, sinceIso: string): boolean =>
  onHandDelta > 0 && orderId === null && Date.parse(createdAt) >= Date.parse(sinceIso);
