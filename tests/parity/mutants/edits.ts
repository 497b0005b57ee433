/** What a mutant is. @module */

/** One edit of one file of mocks/. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}
/** The edits of one file. */
export type Edits = [name: string, find: string, replace: string][];
