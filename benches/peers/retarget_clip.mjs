// Retargets one clip with three.js' SkeletonUtils.retargetClip, once for every line that comes in, and answers with the
// nanoseconds a frame that it took. Arguments: the node_modules, and the file with both skeletons and the clip.
//
// Before the first question it says how many joints of the target turned in the clip: a peer that does nothing is fast.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const [modules, file] = process.argv.slice(2);
const from = (path) => import(pathToFileURL(join(modules, 'three', path)));
const THREE = await from('build/three.module.js');
const { retargetClip } = await from('examples/jsm/utils/SkeletonUtils.js');
const { source, target, names, hip, scale, rate_hz, times, tracks, offsets } = JSON.parse(readFileSync(file, 'utf8'));

function skinned(skeleton) {
  const bones = skeleton.names.map((name, j) => {
    const bone = new THREE.Bone();
    bone.name = name;
    const [x, y, z, qx, qy, qz, qw] = skeleton.rest[j];
    bone.position.set(x, y, z);
    bone.quaternion.set(qx, qy, qz, qw);
    return bone;
  });
  const mesh = new THREE.SkinnedMesh(new THREE.BufferGeometry(), new THREE.MeshBasicMaterial());
  skeleton.parents.forEach((parent, j) => (parent === null ? mesh : bones[parent]).add(bones[j]));
  mesh.updateMatrixWorld(true);
  mesh.bind(new THREE.Skeleton(bones));
  return mesh;
}

const performer = skinned(source);
const character = skinned(target);
const clip = new THREE.AnimationClip('take', -1, tracks.flatMap((track, j) => {
  const name = `.bones[${source.names[j]}]`;
  const turn = new THREE.QuaternionKeyframeTrack(`${name}.quaternion`, times, track.turns);
  return track.places ? [turn, new THREE.VectorKeyframeTrack(`${name}.position`, times, track.places)] : [turn];
}));
const localOffsets = Object.fromEntries(Object.entries(offsets).map(([name, q]) =>
  [name, new THREE.Matrix4().makeRotationFromQuaternion(new THREE.Quaternion(...q))]));

function run() {
  const begin = process.hrtime.bigint();
  const done = retargetClip(character, performer, clip, { names, hip, scale, fps: rate_hz, localOffsets });
  return [Number(process.hrtime.bigint() - begin) / times.length, done];
}

const [, done] = run();
const moves = done.tracks.filter((t) => t.name.endsWith('quaternion') && t.values.some((v, i) => Math.abs(v - t.values[i % 4]) > 1e-3));
console.log(moves.length);
for await (const line of createInterface({ input: process.stdin })) {
  if (line) console.log(run()[0]);
}
