/**
 * The actions of others that our workflows use: what each is called, and which of its inputs we give. Any other is a
 * finding, and so is any other input.
 */
export const thirdParty: ReadonlyMap<string, readonly string[]> = new Map([
  ['actions/checkout', ['persist-credentials']],
  ['actions/setup-node', ['node-version']],
  ['actions/upload-artifact', ['name', 'path', 'if-no-files-found']],
  ['actions/download-artifact', ['name']],
  ['aws-actions/configure-aws-credentials', ['role-to-assume', 'aws-region']],
  ['hashicorp/setup-packer', ['version']],
  ['github/codeql-action/init', ['languages']],
  ['github/codeql-action/analyze', []],
]);

/** What our own action is called in the examples, and the reusable workflow of the platform team. */
export const ourAction = 'OWNER/promote-ami';
export const ourReusable = 'OWNER/platform/.github/workflows/promote-ami.yml';

/** `owner/name/path` of `owner/name/path@ref`. */
export function nameOf(uses: string): string {
  return uses.slice(0, uses.lastIndexOf('@'));
}
