import { Button, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTexts } from "./language.tsx";
import { useOnline } from "./online.ts";
import { sharedTexts } from "./texts.ts";

const Broken = () => {
  const { broken, offline } = useTexts(sharedTexts);
  const online = useOnline();
  return (
    <Stack component="main" align="center" gap="md" p="xl" py={96} ta="center" role="alert">
      <Title order={1}>{broken.title}</Title>
      <Text c="dimmed">{online ? broken.text : offline}</Text>
      <Button onClick={() => window.location.reload()}>{broken.reload}</Button>
    </Stack>
  );
};

interface BrokenPageProps {
  readonly children: ReactNode;
}

/** Shows a way on where a page fails: mostly one that was opened before the shop was updated, and misses a file of the version before. */
export class BrokenPage extends Component<BrokenPageProps, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}
