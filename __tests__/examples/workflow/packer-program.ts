import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Stands in for Packer: `packer init|build FILE`, with what is built in a JSON file before them, image id by name. It
 * needs credentials in the environment and builds nothing: it writes the manifest that the post-processor `manifest`
 * would write of images that are there, one for each source of the template, where the template says.
 */
const [built = '', command, file = ''] = process.argv.slice(2);
const template = readFileSync(file, 'utf8');
switch (command) {
  case 'init':
    break;
  case 'build':
    build();
    break;
  default:
    throw new Error(`packer ${command}`);
}

function build(): void {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    if ((process.env[name] ?? '') === '') {
      throw new Error(`${name} is not set`);
    }
  }
  const images: Readonly<Record<string, string>> = JSON.parse(readFileSync(built, 'utf8'));
  const run = '5b0a6c62-2b4b-7b0f-6a3e-3f1d5b1c7a11';
  const builds = [...template.matchAll(/^source "amazon-ebs" "([^"]+)"/gm)].map(([, name = '']) => ({
    name,
    builder_type: 'amazon-ebs',
    build_time: 1795255200,
    files: null,
    artifact_id: `us-east-1:${images[name]}`,
    packer_run_uuid: run,
    custom_data: null,
  }));
  const [, output = ''] = /post-processor "manifest" \{[^}]*output\s*=\s*"([^"]+)"/.exec(template) ?? [];
  writeFileSync(output, JSON.stringify({ builds, last_run_uuid: run }));
}
