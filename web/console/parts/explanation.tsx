import { Button, CopyButton, Stack, Text, Timeline } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useFormat } from "../../shared/format.ts";
import { useExplanationTexts } from "../texts/explanations.ts";

export interface ExplainProps {
  /** Of what is explained. */
  readonly name: string;
  /** Made when it is asked for: nothing is read before. */
  readonly children: ReactNode;
}

/** Asks why something is as it is; the answer opens below. */
export const Explain = ({ name, children }: ExplainProps) => {
  const texts = useExplanationTexts();
  const [isOpen, setOpen] = useState(false);
  const region = useId();
  return (
    <Stack gap="sm" align="stretch">
      <Button
        size="compact-sm"
        variant="light"
        style={{ alignSelf: "flex-start" }}
        aria-expanded={isOpen}
        aria-controls={region}
        aria-label={isOpen ? `${texts.hide}: ${texts.explainOf(name)}` : texts.explainOf(name)}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? texts.hide : texts.explain}
      </Button>
      <section id={region} aria-label={texts.why} hidden={!isOpen}>
        {isOpen && children}
      </section>
    </Stack>
  );
};

const TRACE_SHOWN = 8;

/** The trace of one link: its beginning, all of it to paste where logs and spans are looked for. */
const TraceId = ({ trace }: { readonly trace: string }) => {
  const texts = useExplanationTexts();
  return (
    <CopyButton value={trace}>
      {({ copied, copy }) => (
        <Button size="compact-xs" variant="subtle" className="mono" onClick={copy}>
          {copied ? texts.copied : texts.copy(`${trace.slice(0, TRACE_SHOWN)}…`)}
        </Button>
      )}
    </CopyButton>
  );
};

export interface ChainLink {
  readonly key: string;
  readonly title: string;
  readonly at: string;
  /** Who, in words; null where there is nobody to name. */
  readonly who: string | null;
  readonly figures: string | null;
  readonly trace: string | null;
  readonly links: ReactNode;
}

/** The causes of something, one below the other. */
export const Chain = ({ links }: { readonly links: readonly ChainLink[] }) => {
  const { moment } = useFormat();
  return (
    <Timeline active={links.length} bulletSize={14} lineWidth={2} mt="sm">
      {links.map(({ key, title, at, who, figures, trace, links: named }) => (
        <Timeline.Item key={key} title={title}>
          {figures !== null && (
            <Text size="sm" className="number">
              {figures}
            </Text>
          )}
          {named}
          <Text size="xs" c="dimmed">
            {who === null ? moment(at) : `${moment(at)} · ${who}`}
          </Text>
          {trace !== null && <TraceId trace={trace} />}
        </Timeline.Item>
      ))}
    </Timeline>
  );
};
