/** What whoever started the replay can mend; shown without a stack. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}
