import { Affix, Button, Group, Notification, Stack, Text } from "@mantine/core";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useShellTexts } from "../texts/shell.ts";

export interface Notice {
  readonly text: string;
  readonly isProblem?: boolean;
  /** Takes back what was done. */
  readonly undo?: () => void;
}

interface Shown extends Notice {
  readonly id: number;
}

/** Long enough to be read and for its button to be reached (WCAG 2.2, 2.2.1: it can be left on by the pointer or the focus). */
const SHOWN_MS = 12_000;
const NOTICES_MAX = 3;

const Tell = createContext<(notice: Notice) => void>(() => undefined);
/** Says in a corner, and to screen readers, what came of something. */
export const useTell = () => useContext(Tell);

const useNotices = () => {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const last = useRef(0);
  const timers = useRef(new Map<number, ReturnType<typeof setTimeout>>());
  const close = useCallback((id: number) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setShown((notices) => notices.filter((notice) => notice.id !== id));
  }, []);
  const stay = useCallback((id: number) => clearTimeout(timers.current.get(id)), []);
  const leaveLater = useCallback(
    (id: number) => {
      clearTimeout(timers.current.get(id));
      timers.current.set(
        id,
        setTimeout(() => close(id), SHOWN_MS),
      );
    },
    [close],
  );
  const tell = useCallback(
    (notice: Notice) => {
      last.current += 1;
      const id = last.current;
      setShown((notices) => [...notices, { ...notice, id }].slice(-NOTICES_MAX));
      leaveLater(id);
    },
    [leaveLater],
  );
  return useMemo(() => ({ shown, tell, close, stay, leaveLater }), [shown, tell, close, stay, leaveLater]);
};

/** Shows the notices of everything below it. */
export const NoticesProvider = ({ children }: { readonly children: ReactNode }) => {
  const texts = useShellTexts();
  const { shown, tell, close, stay, leaveLater } = useNotices();
  return (
    <Tell.Provider value={tell}>
      {children}
      <Affix position={{ bottom: 16, right: 16 }} zIndex={400}>
        <Stack gap="xs" role="status" aria-live="polite" maw="min(26rem, calc(100vw - 2rem))">
          {shown.map(({ id, text, isProblem = false, undo }) => (
            <Notification
              key={id}
              color={isProblem ? "red" : "kiosk"}
              withBorder
              closeButtonProps={{ "aria-label": texts.close }}
              onClose={() => close(id)}
              onMouseEnter={() => stay(id)}
              onFocus={() => stay(id)}
              onMouseLeave={() => leaveLater(id)}
              onBlur={() => leaveLater(id)}
            >
              <Group justify="space-between" wrap="nowrap">
                <Text size="sm" c="var(--mantine-color-text)">
                  {text}
                </Text>
                {undo !== undefined && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => {
                      close(id);
                      undo();
                    }}
                  >
                    {texts.undo}
                  </Button>
                )}
              </Group>
            </Notification>
          ))}
        </Stack>
      </Affix>
    </Tell.Provider>
  );
};
