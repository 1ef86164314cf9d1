import { Button, Center, Loader, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useMemo } from "react";
import { Failure } from "../shared/states.tsx";
import { keepToken, openSandbox, readToken } from "./sandbox-api.ts";
import { Stage } from "./stage.tsx";
import { useSandboxTexts } from "./texts.ts";

const TokenForm = ({ onKept }: { readonly onKept: () => void }) => {
  const { token: texts } = useSandboxTexts();
  const keeping = useMutation({ mutationFn: keepToken, onSuccess: onKept });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    keeping.mutate(String(new FormData(event.currentTarget).get("token")));
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={460}>
        <Title order={1} size="h2">
          {texts.title}
        </Title>
        <PasswordInput
          name="token"
          label={texts.label}
          description={texts.hint}
          required
          autoComplete="off"
          visibilityToggleButtonProps={{ "aria-hidden": true }}
        />
        {keeping.isError && <Failure error={keeping.error} />}
        <Button type="submit" loading={keeping.isPending}>
          {texts.submit}
        </Button>
      </Stack>
    </form>
  );
};

/** The sandbox, once this browser has its token. */
export const SandboxPage = () => {
  const { title } = useSandboxTexts();
  const {
    data: token,
    error,
    isPending,
    refetch,
  } = useQuery({
    queryKey: ["token"],
    queryFn: readToken,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const sandbox = useMemo(() => (token ? openSandbox(token) : null), [token]);
  if (sandbox !== null) return <Stage sandbox={sandbox} />;
  return (
    <Center component="main" mih="100dvh" p="md">
      {isPending ? (
        <>
          <Loader aria-hidden />
          <Text className="only-heard">{title}</Text>
        </>
      ) : error === null ? (
        <TokenForm onKept={() => void refetch()} />
      ) : (
        <Failure error={error} onRetry={() => void refetch()} />
      )}
    </Center>
  );
};
