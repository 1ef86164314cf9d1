import { useEffect, useState } from "react";

const MS_PER_SECOND = 1_000;

/** Whole seconds until a moment, counted down; 0 when it has come. */
export const useCountdown = (untilMs: number): number => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((untilMs - nowMs) / MS_PER_SECOND));
  const isOver = left === 0;
  useEffect(() => {
    setNowMs(Date.now());
    if (isOver) return;
    const timer = setInterval(() => setNowMs(Date.now()), MS_PER_SECOND);
    return () => clearInterval(timer);
  }, [isOver]);
  return left;
};
