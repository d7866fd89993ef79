/** The text of a file, or why it cannot be had, continuing a sentence that begins with its path. */
export type TextFile =
  | { readonly text: string }
  | { readonly problem: string /** There is no such file. */; readonly isMissing?: boolean };
