import { Group, Kbd, Modal, Stack, Switch, Table, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { ConsolePage } from "../navigation.ts";
import { useShellTexts } from "../texts/shell.ts";

const KEY = "kiosk.console.keys";
/** The second key of a pair belongs to the first for so long. */
const PAIR_MS = 1_500;

/** Whoever dictates or whose keys are sticky turns single keys off (WCAG 2.2, 2.1.4). */
export const useShortcutsOn = () => {
  const [isOn, setOn] = useState(() => window.localStorage.getItem(KEY) !== "off");
  const choose = (on: boolean) => {
    window.localStorage.setItem(KEY, on ? "on" : "off");
    setOn(on);
  };
  return { isOn, choose };
};

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest("input, textarea, select, [role=dialog]") !== null);

const focusSearch = (): void => {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  field?.focus();
  field?.select();
};

const NEVER_MS = Number.NEGATIVE_INFINITY;

/** `/` for the search, `?` for the keys, `g` and a letter for a page. */
export const useShortcuts = (pages: readonly ConsolePage[], isOn: boolean, showHelp: () => void): void => {
  const [, go] = useLocation();
  const pairedAtMs = useRef(NEVER_MS);
  useEffect(() => {
    const actOf = ({ key, timeStamp }: KeyboardEvent): (() => void) | undefined => {
      const isPair = timeStamp - pairedAtMs.current < PAIR_MS;
      pairedAtMs.current = key === "g" ? timeStamp : NEVER_MS;
      const page = isPair ? pages.find((one) => one.key === key) : undefined;
      if (page !== undefined) return () => go(page.path);
      return { "/": focusSearch, "?": showHelp }[key];
    };
    const onKey = (event: KeyboardEvent) => {
      if (!isOn || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const act = actOf(event);
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [pages, isOn, go, showHelp]);
};

export interface ShortcutsHelpProps {
  readonly pages: readonly ConsolePage[];
  readonly isOpen: boolean;
  readonly isOn: boolean;
  choose(on: boolean): void;
  onClose(): void;
}

const Keys = ({ keys, text }: { readonly keys: readonly string[]; readonly text: string }) => {
  const { followedBy } = useShellTexts().shortcuts;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400}>
        {text}
      </Table.Th>
      <Table.Td>
        <Group gap={6} justify="flex-end">
          {keys.map((key, place) => (
            <Group gap={6} key={key}>
              {place > 0 && <Text size="xs">{followedBy}</Text>}
              <Kbd>{key}</Kbd>
            </Group>
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
};

export const ShortcutsHelp = ({ pages, isOpen, isOn, choose, onClose }: ShortcutsHelpProps) => {
  const texts = useShellTexts();
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={texts.shortcuts.title}
      closeButtonProps={{ "aria-label": texts.close }}
    >
      <Stack>
        <Table>
          <Table.Tbody>
            <Keys keys={["/"]} text={texts.shortcuts.search} />
            <Keys keys={["?"]} text={texts.shortcuts.help} />
            {pages.map(({ name, key }) => (
              <Keys key={name} keys={["g", key]} text={texts.pages[name]} />
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={texts.shortcutsOn}
          checked={isOn}
          onChange={({ currentTarget }) => choose(currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
};
