import type { CallbackQuery, StoredMessage } from "./world.ts";

/** One thing that happened in the sandbox, as the chat page and waiting tests hear it. */
export type Change =
  | { kind: "person"; personId: number }
  | { kind: "message"; personId: number; message: StoredMessage }
  | { kind: "edit"; personId: number; message: StoredMessage }
  | { kind: "delete"; personId: number; messageId: number }
  | { kind: "chatAction"; personId: number; action: string }
  | { kind: "callbackAnswer"; personId: number; query: CallbackQuery }
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
