/** What a product is, in the two languages of the invented shop. */
export interface Noun {
  readonly en: string;
  readonly de: string;
}

export interface Shelf {
  readonly name: string;
  readonly nouns: readonly [Noun, ...Noun[]];
}

export interface Department {
  readonly name: string;
  readonly shelves: readonly [Shelf, ...Shelf[]];
}

/** Written as "English/Deutsch", parted by commas. */
const nouns = (text: string): [Noun, ...Noun[]] => {
  const [first, ...others] = text.split(",").map((pair) => {
    const [en = "", de = en] = pair.trim().split("/");
    return { en, de };
  });
  return [first ?? { en: "Thing", de: "Ding" }, ...others];
};

const shelf = (name: string, text: string): Shelf => ({ name, nouns: nouns(text) });

/** The tree of categories, two levels of it, with what stands on each shelf. */
export const departments: readonly [Department, ...Department[]] = [
  {
    name: "Kitchen",
    shelves: [
      shelf(
        "Cups and mugs",
        "Mug/Becher, Teacup/Teetasse, Espresso Cup/Espressotasse, Tumbler/Trinkglas, Saucer/Untertasse",
      ),
      shelf(
        "Pots",
        "Teapot/Teekanne, Coffee Pot/Kaffeekanne, Saucepan/Kochtopf, Kettle/Wasserkessel, Jug/Krug",
      ),
      shelf(
        "Baking",
        "Cake Tin/Kuchenform, Rolling Pin/Nudelholz, Whisk/Schneebesen, Mixing Bowl/Rührschüssel",
      ),
      shelf("Cutlery", "Spoon/Löffel, Bread Knife/Brotmesser, Cake Fork/Kuchengabel, Ladle/Schöpfkelle"),
    ],
  },
  {
    name: "Living room",
    shelves: [
      shelf(
        "Lamps",
        "Lantern/Laterne, Desk Lamp/Schreibtischlampe, Candle Holder/Kerzenhalter, Light Chain/Lichterkette",
      ),
      shelf("Textiles", "Blanket/Decke, Cushion/Kissen, Curtain/Vorhang, Rug/Teppich, Tablecloth/Tischdecke"),
      shelf("Frames", "Picture Frame/Bilderrahmen, Mirror/Spiegel, Wall Clock/Wanduhr, Poster/Poster"),
      shelf("Vases", "Vase/Vase, Flower Pot/Blumentopf, Fruit Bowl/Obstschale, Planter/Pflanzkübel"),
    ],
  },
  {
    name: "Garden",
    shelves: [
      shelf("Tools", "Spade/Spaten, Rake/Rechen, Watering Can/Gießkanne, Shears/Gartenschere"),
      shelf("Birds", "Bird House/Vogelhaus, Bird Feeder/Futterstelle, Bird Bath/Vogeltränke"),
      shelf(
        "Outdoors",
        "Hammock/Hängematte, Parasol/Sonnenschirm, Deckchair/Liegestuhl, Picnic Basket/Picknickkorb",
      ),
    ],
  },
  {
    name: "Office",
    shelves: [
      shelf(
        "Writing",
        "Notebook/Notizbuch, Fountain Pen/Füllfederhalter, Pencil Case/Federmäppchen, Ink/Tinte",
      ),
      shelf("Order", "Storage Box/Aufbewahrungsbox, Letter Tray/Briefablage, Drawer/Schublade, Hook/Haken"),
      shelf(
        "Paper",
        "Gift Wrap/Geschenkpapier, Greeting Card/Grußkarte, Envelope/Briefumschlag, Calendar/Kalender",
      ),
    ],
  },
  {
    name: "Children",
    shelves: [
      shelf(
        "Toys",
        "Puzzle/Puzzle, Wooden Train/Holzeisenbahn, Spinning Top/Kreisel, Doll/Puppe, Kite/Drachen",
      ),
      shelf(
        "School",
        "Lunch Box/Brotdose, Satchel/Schulranzen, Water Bottle/Trinkflasche, Crayons/Wachsmalstifte",
      ),
    ],
  },
  {
    name: "Bath",
    shelves: [
      shelf("Towels", "Bath Towel/Badetuch, Hand Towel/Handtuch, Bath Mat/Badematte, Flannel/Waschlappen"),
      shelf("Care", "Soap/Seife, Soap Dish/Seifenschale, Hair Brush/Haarbürste, Bath Salts/Badesalz"),
    ],
  },
];

/** In the same order in both languages. */
export const colours = {
  en: "white black grey red blue green yellow orange pink violet turquoise silver golden ivory mint coral".split(
    " ",
  ),
  de: "weiß schwarz grau rot blau grün gelb orange rosa violett türkis silbern golden elfenbein minze koralle".split(
    " ",
  ),
} as const;

export const materials = {
  en: "ceramic enamel glass oak bamboo linen cotton wool copper steel tin paper leather cork slate porcelain".split(
    " ",
  ),
  de: "Keramik Emaille Glas Eiche Bambus Leinen Baumwolle Wolle Kupfer Stahl Blech Papier Leder Kork Schiefer Porzellan".split(
    " ",
  ),
} as const;

export const styles = {
  en: [
    ..."Vintage Retro Classic Rustic Nordic Country Harbour Meadow Forest Alpine Polka Striped".split(" "),
    ..."Checked Floral Heart Star Moon Bird Owl Fox Strawberry Lavender Jubilee Regency".split(" "),
  ],
  de: [
    ..."Vintage Retro Klassik Rustikal Nordisch Landhaus Hafen Wiese Wald Alpen Pünktchen Streifen".split(
      " ",
    ),
    ..."Karo Blüten Herz Stern Mond Vogel Eule Fuchs Erdbeere Lavendel Jubiläum Regentschaft".split(" "),
  ],
} as const;

export type Language = keyof typeof colours;
