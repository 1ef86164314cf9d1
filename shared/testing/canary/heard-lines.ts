import { type Canary, canary } from "./canary.ts";

/** Shows what a process prints to the canary, line by line; `world` is its data folder. */
export const heardLines = (
  channel: "output" | "command",
  world: string | undefined,
  listener: Canary | null = canary,
) => {
  let rest = "";
  const show = (text: string): void => {
    if (text.trim() === "") return;
    listener?.emitted({ channel, text, ...(world === undefined ? {} : { world }) });
  };
  return {
    /** Takes text as it comes, in pieces of any size. */
    add(text: string): void {
      if (listener === null) return;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) show(line);
    },
    /** The last line may have no end. */
    end(): void {
      show(rest);
      rest = "";
    },
  };
};
