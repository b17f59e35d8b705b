/** One thing that is wrong with a bundle, and where. */
export interface Problem {
  readonly kind:
    | 'container' // the archive itself is not as it was written
    | 'refused-name' // an entry that would leave the archive
    | 'unlisted' // a file that a bundle does not have, or that nothing cites
    | 'missing' // a file that must be there
    | 'malformed' // not JSON, not the schema, or not in canonical form
    | 'changed' // content that was sealed otherwise
    | 'deleted'
    | 'inserted'
    | 'moved'
    | 'seal' // the seal contradicts itself
    | 'signature'
    | 'ledger' // report and ledger disagree
    | 'citation'
    | 'population'
    | 'statement' // a sentence without ground
    | 'figure'; // a score, count or verdict that its own inputs do not give
  /** A file, a ledger row, a JSON pointer. */
  readonly where: string;
  readonly message: string;
}
