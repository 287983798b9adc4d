// Draws skinned characters with three.js in Chromium, and answers each line that comes in with a line of JSON.
//
// Arguments: the node_modules, the folder with humans.glb, the back-end that ANGLE draws with (gl-egl: Mesa's llvmpipe,
// swiftshader), and the set-up as JSON. The first answer names what draws and how many pixels the characters cover: a peer
// that draws nothing is fast. Then a line with a number is answered with that many frame times in milliseconds, and one with
// a file's name writes the picture there. Chromium is steered through its own protocol on a pipe.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [modules, folder, angle, setup] = process.argv.slice(2);
const url = (...path) => pathToFileURL(join(...path)).href;
const profile = mkdtempSync(join(tmpdir(), 'cyc-chromium-'));
const imports = {
  three: url(modules, 'three/build/three.module.js'),
  'three/addons/': url(modules, 'three/examples/jsm') + '/',
};
const script = fileURLToPath(new URL('./draw_humans_page.mjs', import.meta.url));
const page = join(folder, 'page.html');
writeFileSync(page, `<!doctype html><script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">import * as page from '${url(script)}'; window.page = page;</script>`);

const chromium = spawn('chromium', [
  '--headless=new', '--no-sandbox', '--remote-debugging-pipe', '--no-first-run', `--user-data-dir=${profile}`,
  '--use-gl=angle', `--use-angle=${angle}`, '--ignore-gpu-blocklist', '--enable-unsafe-swiftshader',
  '--allow-file-access-from-files', '--disable-frame-rate-limit', '--disable-gpu-vsync', 'about:blank',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });

const waiting = new Map();
let heard = '';
chromium.stdio[4].on('data', (data) => {
  heard += data;
  const messages = heard.split('\0');
  heard = messages.pop();
  for (const message of messages.map((text) => JSON.parse(text))) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  }
});
let last = 0;
const ask = (method, params = {}, sessionId = undefined) => new Promise((answer) => {
  waiting.set(++last, answer);
  chromium.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + '\0');
});

const { result: { targetInfos } } = await ask('Target.getTargets');
const { targetId } = targetInfos.find((target) => target.type === 'page');
const { result: { sessionId } } = await ask('Target.attachToTarget', { targetId, flatten: true });
const evaluate = async (expression) => {
  const params = { expression, awaitPromise: true, returnByValue: true };
  const { result } = await ask('Runtime.evaluate', params, sessionId);
  if (result.exceptionDetails) throw new Error(result.exceptionDetails.exception?.description ?? result.exceptionDetails.text);
  return result.result.value;
};
const end = (code) => {
  chromium.kill();
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  process.exit(code);
};

try {
  await ask('Page.navigate', { url: url(page) }, sessionId);
  for (let tries = 0; await evaluate('typeof window.page') === 'undefined'; tries++) {
    if (tries > 600) throw new Error('the page did not load');
    await new Promise((done) => setTimeout(done, 100));
  }
  const glb = readFileSync(join(folder, 'humans.glb')).toString('base64');
  console.log(JSON.stringify(await evaluate(`window.page.setUp(${setup}, '${glb}')`)));
  for await (const line of createInterface({ input: process.stdin })) {
    if (!line) continue;
    if (/^\d+$/.test(line)) {
      console.log(JSON.stringify(await evaluate(`window.page.frames(${line})`)));
    } else {
      const picture = await evaluate('window.page.picture()');
      writeFileSync(line, Buffer.from(picture.split(',')[1], 'base64'));
      console.log('true');
    }
  }
  end(0);
} catch (error) {
  console.error(String(error));
  end(1);
}
