import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { KioskProblem, ok } from "../../../client/index.ts";
import type { StepUpAction } from "../../../shared/contracts/step-up.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { Failure } from "../../shared/states.tsx";
import { useShellTexts } from "../texts/shell.ts";

type Acting = <Answer>(act: () => Promise<Answer>) => Promise<Answer>;
interface Wanted {
  readonly action: StepUpAction;
  readonly proved: () => void;
  readonly givenUp: () => void;
}

const Fresh = createContext<Acting>((act) => act());
/** Runs an act; where the shop wants a fresh code for it, asks for one and runs it again. Fails with the refusal where none is given. */
export const useFreshCode = () => useContext(Fresh);

const askForCode = (action: StepUpAction) =>
  ok(kiosk.api.POST("/v1/auth/otp/request", { body: { purpose: "step-up", action } }));
type Challenge = Awaited<ReturnType<typeof askForCode>>;

/** Proves the person: from then on their session has a token that says so. */
const prove = async ({ challengeId, challengeSecret }: Challenge, code: string): Promise<void> => {
  const session = kiosk.session();
  const proof = await ok(
    kiosk.api.POST("/v1/auth/otp/verify", { body: { challengeId, challengeSecret, code } }),
  );
  if (session !== null) kiosk.keep({ ...proof, refreshToken: session.refreshToken });
};

const CodeForm = ({ wanted }: { readonly wanted: Wanted }) => {
  const texts = useShellTexts().freshCode;
  const { cancel } = useShellTexts();
  const [code, setCode] = useState("");
  const challenge = useMutation({ mutationFn: askForCode });
  const proof = useMutation({
    mutationFn: ({ to, digits }: { to: Challenge; digits: string }) => prove(to, digits),
    onSuccess: wanted.proved,
  });
  const { mutate: ask } = challenge;
  useEffect(() => ask(wanted.action), [ask, wanted.action]);
  const problem = proof.error ?? challenge.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (challenge.data !== undefined) proof.mutate({ to: challenge.data, digits: code.trim() });
      }}
    >
      <Stack>
        <Text size="sm">{texts.why}</Text>
        <TextInput
          label={texts.code}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          required
          data-autofocus
        />
        {problem !== null && <Failure error={problem} />}
        <Group justify="flex-end">
          <Button variant="subtle" onClick={() => ask(wanted.action)} loading={challenge.isPending}>
            {texts.again}
          </Button>
          <Button variant="default" onClick={wanted.givenUp}>
            {cancel}
          </Button>
          <Button type="submit" loading={proof.isPending} disabled={challenge.data === undefined}>
            {texts.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

const wantedAction = (error: unknown): StepUpAction | null =>
  error instanceof KioskProblem && error.code === "STEP_UP_REQUIRED"
    ? (error.body.action as StepUpAction)
    : null;

/** Asks for fresh codes in the name of everything below it. */
export const FreshCodeProvider = ({ children }: { readonly children: ReactNode }) => {
  const texts = useShellTexts();
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const acting = useCallback<Acting>(async (act) => {
    try {
      return await act();
    } catch (error) {
      const action = wantedAction(error);
      if (action === null) throw error;
      await new Promise<void>((proved, refuse) =>
        setWanted({ action, proved, givenUp: () => refuse(error) }),
      ).finally(() => setWanted(null));
      return act();
    }
  }, []);
  return (
    <Fresh.Provider value={acting}>
      {children}
      <Modal
        opened={wanted !== null}
        onClose={() => wanted?.givenUp()}
        title={texts.freshCode.title}
        closeButtonProps={{ "aria-label": texts.close }}
        centered
        zIndex={350}
      >
        {wanted !== null && <CodeForm wanted={wanted} />}
      </Modal>
    </Fresh.Provider>
  );
};
