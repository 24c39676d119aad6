#!/usr/bin/env node
// Packs every public package as it would be published and looks at what is inside.
// usage: node tools/check-packages.mjs   (after a build)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { basename, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const ALLOWED = /^package\/(package\.json|README\.md|LICENSE|(dist|sql)\/.+)$/;
const REQUIRED = ['package/package.json', 'package/README.md', 'package/LICENSE'];
let failed = 0;

for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join(root, 'packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.private) continue;
  const problems = await problemsOf(folder);
  failed += problems.length > 0 ? 1 : 0;
  console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${manifest.name}`);
  for (const problem of problems) console.log(`     ${problem}`);
}
process.exit(failed === 0 ? 0 : 1);

async function problemsOf(folder) {
  const target = mkdtempSync(join(tmpdir(), 'freshtag-pack-'));
  try {
    execFileSync('pnpm', ['pack', '--pack-destination', target], { cwd: folder, stdio: 'pipe' });
    const tarball = join(target, readdirSync(target)[0]);
    const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
    const packed = JSON.parse(
      execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }),
    );
    return [
      ...files.filter((file) => !ALLOWED.test(file)).map((file) => `should not be inside: ${file}`),
      ...REQUIRED.filter((file) => !files.includes(file)).map(
        (file) => `is missing: ${basename(file)}`,
      ),
      ...sourceConditions(packed),
      ...(await publintProblems(tarball)),
      ...(await attwProblems(tarball)),
    ];
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

function sourceConditions(manifest) {
  const text = JSON.stringify([manifest.exports, manifest.dependencies]);
  return /@freshtag\/source|workspace:/.test(text)
    ? ['package.json still points into the workspace']
    : [];
}

async function publintProblems(tarball) {
  const { messages, pkg } = await publint({
    pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function attwProblems(tarball) {
  const result = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
  );
  if (!result.types) return ['attw: no types'];
  // Packages are ESM only: what CommonJS and the resolution of Node 10 make of them is not promised.
  const promised = result.problems.filter(
    (problem) =>
      !['node10', 'node16-cjs'].includes(problem.resolutionKind) &&
      problem.kind !== 'CJSResolvesToESM',
  );
  return promised.map(
    (problem) =>
      `attw: ${problem.kind} (${problem.resolutionKind ?? ''} ${problem.entrypoint ?? ''})`,
  );
}
