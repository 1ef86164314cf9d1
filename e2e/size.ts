/**
 * Whether tests do as much as was promised (`E2E_SIZE=whole`); otherwise they do as much as shows the same ways without holding up whoever
 * waits for the suite.
 */
export const isWhole: boolean = process.env.E2E_SIZE === "whole";

/** How much of something a test does: `usual`, or `whole` where it does as much as was promised. */
export const sized = (whole: number, usual: number): number => (isWhole ? whole : usual);
