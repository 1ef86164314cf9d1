import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { telegram } from "./telegram.ts";

interface MainButtonProps {
  readonly text: string;
  readonly onPress: () => void;
  readonly disabled?: boolean;
  readonly loading?: boolean;
}

const InTelegram = ({ text, onPress, disabled = false, loading = false }: MainButtonProps) => {
  const press = useRef(onPress);
  useEffect(() => {
    press.current = onPress;
  });
  useEffect(() => {
    const state = { is_active: !disabled && !loading, is_progress_visible: loading };
    telegram?.bridge.post("web_app_setup_main_button", { is_visible: true, text, ...state });
  }, [text, disabled, loading]);
  useEffect(() => {
    const end = telegram?.bridge.on("main_button_pressed", () => press.current());
    return () => {
      end?.();
      telegram?.bridge.post("web_app_setup_main_button", { is_visible: false });
    };
  }, []);
  return null;
};

/** What a page is for: Telegram's own main button there, a large one of ours elsewhere. */
export const MainButton = (props: MainButtonProps) => {
  const { text, onPress, disabled = false, loading = false } = props;
  if (telegram !== null) return <InTelegram {...props} />;
  return (
    <Button size="lg" onClick={onPress} disabled={disabled} loading={loading}>
      {text}
    </Button>
  );
};
