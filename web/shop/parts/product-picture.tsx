import { useState } from "react";
import { useShopTexts } from "../texts/texts.ts";
import { artOf, type Figure } from "./art.ts";

/** Each figure in a square of 100. */
const PATHS: Readonly<Record<Figure["kind"], string>> = {
  disc: "M50 10a40 40 0 1 1 0 80 40 40 0 0 1 0-80",
  quarter: "M0 0h100A100 100 0 0 1 0 100z",
  half: "M0 50a50 50 0 0 1 100 0z",
  leaf: "M0 0h50a50 50 0 0 1 50 50v50H50A50 50 0 0 1 0 50z",
  ring: "M50 10a40 40 0 1 1 0 80 40 40 0 0 1 0-80m0 22a18 18 0 1 0 0 36 18 18 0 0 0 0-36",
  bars: "M0 0h100v20H0zm0 40h100v20H0zm0 40h100v20H0z",
  square: "M25 25h50v50H25z",
};
const QUARTER_DEGREES = 90;

const Art = ({ name }: { readonly name: string }) => {
  const { side, figures } = artOf(name);
  return (
    <svg className="product-art" viewBox={`0 0 ${side * 100} ${side * 100}`} aria-hidden="true">
      {figures.map(({ kind, turn, colour, ground }, index) => {
        const [x, y] = [(index % side) * 100, Math.floor(index / side) * 100];
        return (
          // The place of a figure is what it is.
          // biome-ignore lint/suspicious/noArrayIndexKey: the figures of a picture never change their order
          <g key={index} transform={`translate(${x} ${y})`}>
            <rect width="101" height="101" fill={ground} />
            <path d={PATHS[kind]} fill={colour} transform={`rotate(${turn * QUARTER_DEGREES} 50 50)`} />
          </g>
        );
      })}
    </svg>
  );
};

interface ProductPictureProps {
  readonly name: string;
  readonly sku: string;
  readonly images: readonly string[];
  /** Beside its name a picture says nothing new. */
  readonly silent?: boolean;
}

/** The main picture; where there is none, or it cannot be loaded, one that is drawn from the SKU. */
export const ProductPicture = ({ name, sku, images, silent = true }: ProductPictureProps) => {
  const { product } = useShopTexts();
  const [isBroken, setBroken] = useState(false);
  const [source] = images;
  return (
    <div className="product-picture">
      {source === undefined || isBroken ? (
        <Art name={sku} />
      ) : (
        <img
          src={source}
          alt={silent ? "" : product.pictureOf(name)}
          loading="lazy"
          decoding="async"
          referrerPolicy="no-referrer"
          onError={() => setBroken(true)}
        />
      )}
    </div>
  );
};
