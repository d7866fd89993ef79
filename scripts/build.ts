import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

/**
 * src/ → dist/index.js, the one file that main (and later post) runs.
 *
 * tsc emits, rollup shakes what the SDK carries and we do not use (ncc alone cannot: twice the size and
 * start-up time), ncc packs the rest. The result depends on the lock file alone, so CI can compare it.
 */
const root = resolve(dirname(new URL(import.meta.url).pathname), '..');
const require = createRequire(import.meta.url);
const flattened = new Set<string>();
/** What the SDK's own files provoke; any other warning of rollup fails the build. */
const tolerated = new Set([
  'CIRCULAR_DEPENDENCY',
  'THIS_IS_UNDEFINED',
  'UNUSED_EXTERNAL_IMPORT',
  'MODULE_LEVEL_DIRECTIVE',
]);

/** The SDK imports its own package.json for its version. */
const jsonAsModule = {
  name: 'json-as-module',
  transform: (text: string, id: string) =>
    id.endsWith('.json') ? { code: `export default ${text}`, map: null } : null,
};

/** Keeps what is imported lazily inside the one file: evaluated when first asked for, not a file of its own. */
const lazyInOneFile = {
  name: 'lazy-in-one-file',
  renderDynamicImport: () => ({ left: 'import(/* webpackMode: "eager" */ ', right: ')' }),
};

run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
await shake();
rmSync(join(root, 'dist'), { recursive: true, force: true });
run([
  require.resolve('@vercel/ncc/dist/ncc/cli.js'),
  'build',
  'build/bundle/index.js',
  '-o',
  'dist',
  '--license',
  'packed.txt',
  '-q',
]);
writeLicences();

function run(argv: readonly string[]): void {
  execFileSync(process.execPath, [...argv], { cwd: root, stdio: 'inherit' });
}

async function shake(): Promise<void> {
  const bundle = await rollup({
    input: join(root, 'build/src/main.js'),
    external: [/^@(actions|octokit)\//, /^node:/, 'yaml'],
    plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), jsonAsModule, lazyInOneFile],
    onwarn: (warning) => {
      if (!tolerated.has(warning.code ?? '')) {
        throw new Error(`rollup: ${warning.message}`);
      }
    },
  });
  await bundle.write({ file: join(root, 'build/bundle/index.js'), format: 'es', inlineDynamicImports: true });
  for (const file of bundle.watchFiles) {
    const at = file.lastIndexOf('node_modules/');
    if (at >= 0) {
      const parts = file.slice(at + 'node_modules/'.length).split('/');
      const name = parts[0]?.startsWith('@') ? `${parts[0]}/${parts[1]}` : `${parts[0]}`;
      flattened.add(join(file.slice(0, at), 'node_modules', name));
    }
  }
}

/** ncc names the licences of what it packs itself; the packages that rollup flattened are added here. */
function writeLicences(): void {
  const packed = join(root, 'dist/packed.txt');
  const own = [...flattened].sort().map((folder) => {
    const about: { name: string; version: string; license?: string } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    return `${about.name}\n${about.license ?? 'see its repository'}\n${licenceText(folder)}`;
  });
  writeFileSync(join(root, 'dist/licenses.txt'), `${[...own, readFileSync(packed, 'utf8')].join('\n\n')}`);
  rmSync(packed);
}

function licenceText(folder: string): string {
  for (const name of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license']) {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      // the next usual name
    }
  }
  return '';
}
