/**
 * What the notes of a result speak of. The checker accepts any wording that has one of these words: a note in other
 * words belongs here.
 *
 * @module
 */

/** What a note may be about. */
export const topics = {
  leftOut: /left out|could not be read|unreadable|not shown/i,
  cut: /shorten|\bcut\b/i,
  more: /\bmore\b|further|not (all|every)|only the first|not read/i,
  units: /priced in|currenc/i,
  order: /\bsort|in (that|this|the asked|any) order|order of|newest|arrange/i,
};
const UNCHECKED = /check|ignore|not (known|obey|filter|kept|sure)|cannot|could not|may\b|whether/i;
const nouns: Record<string, RegExp> = {
  query: /word|quer|search/i,
  category: /categor/i,
  min_price: /price/i,
  max_price: /price/i,
  in_stock: /stock|availab/i,
  status: /status/i,
  customer_id: /customer|whose/i,
  email: /e-?mail/i,
  first_name: /name/i,
  last_name: /name/i,
  postcode: /postcode|postal/i,
};
/** Whether a note says that a filter was not checked. */
export const speaksOf = (notes: string[], filter: string): boolean =>
  notes.some((note) => {
    const isNamed = note.includes(filter) || /filter/i.test(note) || nouns[filter]?.test(note);
    return isNamed && UNCHECKED.test(note);
  });
/** How many things the notes say are left out; undefined where they give no number. */
export function countLeftOut(notes: string[]): number | undefined {
  const counts = notes
    .filter((note) => topics.leftOut.test(note))
    .flatMap((note) => note.match(/\b\d[\d,]*\b/) ?? []);
  return counts.length
    ? counts.reduce((sum, count) => sum + Number(count.replaceAll(",", "")), 0)
    : undefined;
}
