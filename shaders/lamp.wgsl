// A piece of an LED wall as a lamp.

struct Lamp {
    // Where it is, stage, metres.
    at: vec4f,
    // Radiance times area.
    light: vec4f,
}
