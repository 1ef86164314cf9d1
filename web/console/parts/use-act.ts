import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { KioskProblem } from "../../../client/index.ts";
import { useShellTexts } from "../texts/shell.ts";
import { useFreshCode } from "./fresh-code.tsx";
import { type Notice, useTell } from "./notices.tsx";
import { useProblemText } from "./states.tsx";

export interface ActOptions<Input, Answer> {
  /** Asks the shop. It may run twice: the second time with a fresh code. */
  act(input: Input): Promise<Answer>;
  /** What has to be read again, whatever came of it. */
  readonly touches: readonly QueryKey[];
  /** Shows at once what is hoped for; answers how to take that back. */
  hope?(input: Input): () => void;
  /** True where the refusal is dealt with, so that nobody is told of it. */
  refused?(problem: KioskProblem, input: Input): boolean;
  /** What is said when it is done. */
  done?(answer: Answer, input: Input): Notice | null;
}

/** Something that a person of the shop does: a notice says what came of it, and what is on the screen is read again. */
export const useAct = <Input, Answer>({ act, touches, hope, refused, done }: ActOptions<Input, Answer>) => {
  const queries = useQueryClient();
  const withFreshCode = useFreshCode();
  const tell = useTell();
  const problemText = useProblemText();
  const { freshCode } = useShellTexts();
  return useMutation({
    mutationFn: (input: Input) => withFreshCode(() => act(input)),
    onMutate: (input) => ({ takeBack: hope?.(input) }),
    onError(error, input, context) {
      context?.takeBack?.();
      if (error instanceof KioskProblem && refused?.(error, input) === true) return;
      const gaveUp = error instanceof KioskProblem && error.code === "STEP_UP_REQUIRED";
      tell({ text: gaveUp ? freshCode.givenUp : problemText(error), isProblem: true });
    },
    onSuccess(answer, input) {
      const notice = done?.(answer, input) ?? null;
      if (notice !== null) tell(notice);
    },
    onSettled: () => Promise.all(touches.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
};
