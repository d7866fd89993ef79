import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from './stage.ts';

/** Puts a command `packer` (packer-program.ts) into a folder of the job, and answers the folder. */
export async function installPacker({ base, built = {} }: Scene): Promise<string> {
  const folder = join(base, 'packer');
  const images = join(folder, 'built.json');
  const program = join(import.meta.dirname, 'packer-program.ts');
  await mkdir(folder);
  await writeFile(images, JSON.stringify(built));
  await writeFile(
    join(folder, 'packer'),
    `#!/bin/sh\nexec '${process.execPath}' '${program}' '${images}' "$@"\n`,
  );
  await chmod(join(folder, 'packer'), 0o755);
  return folder;
}
