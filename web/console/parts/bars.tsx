import { VisuallyHidden } from "@mantine/core";

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value in words. */
  readonly text: string;
}

const WIDTH = 280;
const HEIGHT = 80;
const GAP = 4;
/** A day without anything is still a day. */
const LEAST = 1.5;

/** A small chart of bars; the same numbers stand in a list for who does not see it. */
export const Bars = ({ bars, title }: { readonly bars: readonly Bar[]; readonly title: string }) => {
  const highest = Math.max(1, ...bars.map(({ value }) => value));
  const step = WIDTH / Math.max(1, bars.length);
  return (
    <figure className="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ label, value, text }, place) => {
          const height = Math.max(LEAST, (value / highest) * HEIGHT);
          return (
            <rect
              key={label}
              x={place * step + GAP / 2}
              y={HEIGHT - height}
              width={step - GAP}
              height={height}
              rx={2}
            >
              <title>{text}</title>
            </rect>
          );
        })}
      </svg>
      <VisuallyHidden>
        <ul aria-label={title}>
          {bars.map(({ label, text }) => (
            <li key={label}>{text}</li>
          ))}
        </ul>
      </VisuallyHidden>
    </figure>
  );
};
