import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { textOfHtml } from "./import-html.ts";

describe("the text of HTML", () => {
  test("keeps paragraphs and lines, and none of the markup", () => {
    expect(textOfHtml("<p>Hello <b>big</b>\n world</p><p>Bye</p>")).toBe("Hello big world\n\nBye");
    expect(textOfHtml("<ul><li>one</li><li>two</li></ul>after<br/>all")).toBe("one\ntwo\n\nafter\nall");
    expect(textOfHtml("<a title=\"x > y\" href='z'>link</a> 1 < 2 && 3 > 2")).toBe("link 1 < 2 && 3 > 2");
    expect(textOfHtml("Fish &amp; chips &lt;b&gt; &#8364;5 &#x1F600; &unknown; &nbsp;x")).toBe(
      "Fish & chips <b> €5 😀 &unknown; x",
    );
  });

  test("leaves out what nobody reads", () => {
    expect(textOfHtml("a<script>alert('<p>')</script>b<style>p { x: y }</STYLE >c<!-- <p> > -->d")).toBe(
      "abcd",
    );
    expect(textOfHtml("İ<script>x</script>y")).toBe("İy");
  });

  test("is taken from anything, in time that grows with its length alone", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (html) => void textOfHtml(html)));
    const hostile = ["<", "<a", "<script>", '<a "', "&", "<!--", "<p>", " ", "</script"];
    for (const piece of hostile) expect(textOfHtml(piece.repeat(100_000))).toBeString();
  });
});
