import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useShellTexts } from "../texts/shell.ts";

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly text: string;
  /** What is done, in a word. */
  readonly act: string;
  readonly isBusy?: boolean;
  onConfirmed(): void;
  onClose(): void;
}

/** Asks once more before something that cannot be taken back; the way out has the focus. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { close, cancel } = useShellTexts();
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": close }}
      centered
    >
      <Stack>
        <Text size="sm" className="breakable">
          {props.text}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose} data-autofocus>
            {cancel}
          </Button>
          <Button color="#b3261e" loading={props.isBusy ?? false} onClick={props.onConfirmed}>
            {props.act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
