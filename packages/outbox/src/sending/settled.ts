/** How a run ended, and of which intent. Plain JSON. */
export type Settled = Ended & { readonly id: number; readonly name: string | undefined };

/** How a run ended. Plain JSON. */
export type Ended = { readonly key: string; readonly runs: number } & (
  | { readonly state: 'done'; readonly note: string; readonly status: number | undefined }
  | { readonly state: 'failed'; readonly note: string; readonly status: number | undefined }
  | {
      readonly state: 'unknown';
      readonly note: string;
      /** Whether the server may have forgotten the key, or a retry can't tell more. */
      readonly why: 'key-window-over' | 'effect-unknown';
      readonly firstSentAt: number;
    }
  | { readonly state: 'due'; readonly note: string; readonly inMs: number }
);

/** What one run says about its intent. */
export type Verdict =
  | { readonly state: 'done' | 'failed'; readonly note: string; readonly status: number | undefined }
  | { readonly state: 'unknown'; readonly note: string; readonly why: 'key-window-over' | 'effect-unknown' }
  | { readonly state: 'due'; readonly note: string; readonly inDoubt: boolean; readonly pushbackMs: number };
