let last: Promise<unknown> = Promise.resolve();
let shared: Promise<unknown>[] = [];

/**
 * Separates virtual time, which holds for the whole process, from everything else. Proofs in real time share the
 * process, and a proof in virtual time has it to itself.
 */
export function inTurn<Result>(time: 'real' | 'virtual', prove: () => Promise<Result>): Promise<Result> {
  const before = time === 'real' ? last : Promise.all([last, ...shared]);
  const result = before.then(prove);
  const over = result.then(
    () => {},
    () => {},
  );
  if (time === 'virtual') {
    last = over;
    shared = [];
  } else {
    shared.push(over);
    void over.then(() => {
      shared = shared.filter((each) => each !== over);
    });
  }
  return result;
}
