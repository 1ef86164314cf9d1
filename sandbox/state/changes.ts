import type { CallbackQuery, StoredMessage } from "./records.ts";

/** One thing that happened in the sandbox, as the chat page and waiting tests hear it. */
export type Change =
  | { kind: "person"; personId: number }
  | { kind: "group"; groupId: number }
  | { kind: "message"; chatId: number; message: StoredMessage }
  | { kind: "edit"; chatId: number; message: StoredMessage }
  | { kind: "delete"; chatId: number; messageId: number }
  | { kind: "chatAction"; chatId: number; action: string }
  | { kind: "callbackAnswer"; query: CallbackQuery }
  | { kind: "mail"; mailId: number }
  | { kind: "update" }
  | { kind: "settings" }
  | { kind: "call" }
  | { kind: "reset" };

export interface Changes {
  emit(change: Change): void;
  /** Calls the listener on every change until the returned function is called. */
  subscribe(listener: (change: Change) => void): () => void;
}

export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  return {
    emit(change) {
      for (const listener of [...listeners]) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
