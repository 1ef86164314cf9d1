import { type CallParameters, textParameter } from "../bot-api/parameters.ts";

/** Rules that may wait at once. */
export const FAULTS_LIMIT = 100;

/**
 * When the fault strikes: `before` the call acts; `after` it acted, with the answer lost; `hang`: no answer until the
 * client gives up; `reset`: the connection breaks; `html502`: a proxy's page instead of JSON.
 */
export const FAULT_PHASES = ["before", "after", "hang", "reset", "html502"] as const;
export type FaultPhase = (typeof FAULT_PHASES)[number];

export interface FaultRule {
  /** Bot API method, or `mail`; null is any but getUpdates and mail. */
  method: string | null;
  personId: number | null;
  /** The chat of a call, where it is a group's. */
  chatId: number | null;
  textContains: string | null;
  /** Calls that are still to be hit. */
  remaining: number;
  phase: FaultPhase;
  /** HTTP status of the refusal, or of the answer that replaces the lost one. */
  status: number | null;
  /** Makes the refusal a 429 with this many seconds. */
  retryAfterSeconds: number | null;
  /** Whether the call acts all the same; `after` always does and `before` never. */
  applied: boolean;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  list(): readonly FaultRule[];
  /** The first rule that fits this call, counted down; undefined when the call is to go through. */
  take(method: string, parameters: CallParameters): FaultRule | undefined;
}

export function createFaults(): Faults {
  const rules: FaultRule[] = [];
  return {
    add(rule) {
      rules.push(rule);
    },
    clear() {
      rules.length = 0;
    },
    list: () => rules,
    take(method, parameters) {
      const index = rules.findIndex((rule) => fits(rule, method, parameters));
      const rule = rules[index];
      if (rule === undefined) return undefined;
      rule.remaining -= 1;
      if (rule.remaining <= 0) rules.splice(index, 1);
      return rule;
    },
  };
}

function fits(rule: FaultRule, method: string, parameters: CallParameters): boolean {
  const methodFits =
    rule.method === null
      ? method !== "getUpdates" && method !== "mail"
      : rule.method.toLowerCase() === method.toLowerCase();
  const chatId = textParameter(parameters, "chat_id");
  const chatFits = [rule.personId, rule.chatId].every((id) => id === null || chatId === String(id));
  const words = rule.textContains;
  const textFits =
    words === null || ["text", "caption"].some((name) => textParameter(parameters, name).includes(words));
  return methodFits && chatFits && textFits;
}
