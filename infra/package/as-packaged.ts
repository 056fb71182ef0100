import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

const commands = 'start|serve|load|redrive|look|simulate|setup|doctor|deploy'

/** Our texts name commands of the checkout: `npm run load -- …` is `npx push-to-dynamo load …` in the package. */
export const asPackagedText = (text: string): string =>
  text
    .replaceAll(new RegExp(String.raw`\bnpm run (${commands})\b(?: --(?= ))?`, 'g'), 'npx push-to-dynamo $1')
    .replaceAll(/\bnpm start\b(?: --(?= ))?/g, 'npx push-to-dynamo start')
    .replaceAll('npm run ${', 'npx push-to-dynamo ${')
    .replaceAll(/(\$\{commandLine\(\w+\)\}) -- /g, '$1 ')

/** Every text of our sources, as the user of the package types it. */
export const asPackaged: Plugin = {
  name: 'as-packaged',
  setup({ onLoad }) {
    onLoad({ filter: /\/(api|infra)\/.*\.ts$/ }, async ({ path }) =>
      path.includes('/node_modules/')
        ? undefined
        : { contents: asPackagedText(await readFile(path, 'utf8')), loader: 'ts' }
    )
  }
}
