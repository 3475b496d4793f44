/** How a run of an intent ended. Plain JSON. */
export type Settled = Ended & { readonly id: number; readonly name: string | undefined };

/** How a run ended. Plain JSON. */
export type Ended = { readonly key: string; readonly runs: number } & (
  | { readonly state: 'done'; readonly note: string; readonly status: number | undefined }
  | { readonly state: 'failed'; readonly note: string; readonly status: number | undefined }
  | {
      readonly state: 'unknown';
      readonly note: string;
      /**
       * `key-window-over`: the server may have forgotten the key. `effect-unknown`: a retry wouldn't reveal more, or
       * might double.
       */
      readonly why: 'key-window-over' | 'effect-unknown';
      readonly firstSentAt: number;
    }
  | { readonly state: 'due'; readonly note: string; readonly inMs: number }
);

/** The outcome of one run for its intent. */
export type Verdict =
  | { readonly state: 'done' | 'failed'; readonly note: string; readonly status: number | undefined }
  | { readonly state: 'unknown'; readonly note: string; readonly why: 'key-window-over' | 'effect-unknown' }
  | { readonly state: 'due'; readonly note: string; readonly inDoubt: boolean; readonly pushbackMs: number };
