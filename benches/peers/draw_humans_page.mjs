// The page's part of draw_humans.mjs: the scene in three.js, as its own documentation builds one.

import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { clone } from 'three/addons/utils/SkeletonUtils.js';

let renderer, scene, camera, humans, sway;
let time_s = 0;

// A sky that is brighter above: enough for image-based light.
function sky() {
  const [width, height] = [256, 128];
  const data = new Float32Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const up = y / height;
      data.set([0.35 + 0.3 * up, 0.4 + 0.5 * up, 0.45 + 0.9 * up, 1], (y * width + x) * 4);
    }
  }
  const texture = new THREE.DataTexture(data, width, height, THREE.RGBAFormat, THREE.FloatType);
  texture.mapping = THREE.EquirectangularReflectionMapping;
  texture.needsUpdate = true;
  return texture;
}

export async function setUp({ size_px, samples, places_m, eye_m, target_m, fov_deg, sun, sway_rad, is_lit_fully }, glb) {
  const canvas = document.createElement('canvas');
  renderer = new THREE.WebGLRenderer({ canvas, antialias: samples > 1, preserveDrawingBuffer: true });
  renderer.setPixelRatio(1);
  renderer.setSize(...size_px, false);
  scene = new THREE.Scene();
  camera = new THREE.PerspectiveCamera(fov_deg, size_px[0] / size_px[1], 0.1, 100);
  camera.position.set(...eye_m);
  camera.lookAt(...target_m);
  const light = new THREE.DirectionalLight(0xffffff, 3);
  light.position.set(...sun.map((c) => c * 10));
  scene.add(light);
  if (is_lit_fully) {
    renderer.shadowMap.enabled = true;
    light.castShadow = true;
    light.shadow.mapSize.set(1024, 1024);
    Object.assign(light.shadow.camera, { left: -4, right: 4, top: 4, bottom: -4, near: 0.1, far: 30 });
    light.shadow.normalBias = 0.02;
    const generator = new THREE.PMREMGenerator(renderer);
    scene.environment = generator.fromEquirectangular(sky()).texture;
  }
  const bytes = Uint8Array.from(atob(glb), (c) => c.charCodeAt(0));
  const { scene: model } = await new GLTFLoader().parseAsync(bytes.buffer, '');
  sway = sway_rad;
  humans = places_m.map((place, who) => {
    const copy = clone(model);
    copy.position.set(...place);
    copy.traverse((node) => {
      node.castShadow = node.receiveShadow = is_lit_fully && node.isMesh;
      // Both draw all of them: none is outside.
      node.frustumCulled = false;
    });
    scene.add(copy);
    const bones = [];
    copy.traverse((node) => {
      const number = /^joint_(\d+)$/.exec(node.name);
      if (number) bones[Number(number[1])] = node;
    });
    return { who, bones };
  });
  draw();
  const gl = renderer.getContext();
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  return {
    renderer: gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
    revision: THREE.REVISION,
    browser: navigator.userAgent.match(/Chrome\/([\d.]+)/)?.[1] ?? '?',
    samples: gl.getParameter(gl.SAMPLES),
    covered: covered(gl, size_px),
  };
}

// As `ours.rs` moves them.
function pose() {
  for (const { who, bones } of humans) {
    bones.forEach((bone, j) => {
      const swing = sway * Math.sin(Math.PI * time_s + 0.15 * j + who);
      bone.quaternion.set(0, 0, Math.sin(swing / 2), Math.cos(swing / 2));
    });
  }
}

function draw() {
  pose();
  renderer.render(scene, camera);
}

function covered(gl, [width, height]) {
  const pixels = new Uint8Array(width * height * 4);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  let count = 0;
  for (let at = 0; at < pixels.length; at += 4) count += pixels[at] + pixels[at + 1] + pixels[at + 2] > 0;
  return count;
}

// Reading a pixel waits for the frame to be drawn.
export function frames(count) {
  const gl = renderer.getContext();
  const pixel = new Uint8Array(4);
  const times = [];
  for (let nth = 0; nth < count; nth++) {
    const begun = performance.now();
    time_s += 1 / 60;
    draw();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - begun);
  }
  return times;
}

export function picture() {
  time_s = 0;
  draw();
  return renderer.domElement.toDataURL('image/png');
}
