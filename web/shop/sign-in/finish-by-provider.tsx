import { Alert, Group, Loader, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { WarningIcon } from "../../shared/icons.tsx";
import { useTexts } from "../../shared/language.tsx";
import { Failure } from "../../shared/states.tsx";
import { sharedTexts } from "../../shared/texts.ts";
import { useExchange } from "../queries/providers.ts";
import { isSpent, type ProviderReturn, returnOf } from "./provider-return.ts";

/** What the address has brought, until it is seen to: a provider leads to a page that is loaded anew. */
let waiting: ProviderReturn | null = returnOf(window.location);

/** What is brought, once. It is taken out of the address: it belongs into no history. */
const useReturn = (): ProviderReturn | null => {
  // Read and not yet taken: a page may be drawn in vain before it is shown.
  const [brought] = useState(() => waiting);
  useEffect(() => {
    if (waiting === null) return;
    waiting = null;
    const { location, history } = window;
    history.replaceState(history.state, "", `${location.pathname}${location.search}`);
  }, []);
  return brought;
};

// Effects may run twice at first, the code is good once.
const sent = new Set<string>();

/** Ends a sign-in with a provider, where the browser comes from one; shows what it said where that is no yes. */
export const FinishByProvider = () => {
  const { signIn } = useTexts(sharedTexts);
  const brought = useReturn();
  const exchanging = useExchange();
  const { mutate } = exchanging;
  useEffect(() => {
    if (brought?.kind !== "code" || sent.has(brought.code)) return;
    sent.add(brought.code);
    mutate(brought);
  }, [brought, mutate]);
  if (brought === null) return null;
  if (brought.kind === "failure")
    return (
      <Alert color="orange" variant="outline" icon={<WarningIcon />} role="alert">
        {signIn.failures[brought.failure]}
      </Alert>
    );
  const { isError, error } = exchanging;
  if (isError)
    return isSpent(error) ? (
      <Alert color="orange" variant="outline" icon={<WarningIcon />} role="alert">
        {signIn.failures.refused}
      </Alert>
    ) : (
      <Failure error={error} onRetry={() => mutate(brought)} />
    );
  return (
    <Group role="status" gap="sm">
      <Loader size="sm" />
      <Text>{signIn.finishing}</Text>
    </Group>
  );
};
