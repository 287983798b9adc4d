// Light cards, as `stage::LightCard` defines them.

struct Card {
    // On a wall: the middle in metres from its upper left corner. In a direction: the card's right. w: half its width
    // (metres, or tangent).
    right: vec4f,
    // In a direction: the card's up. w: half its height.
    up: vec4f,
    // In a direction: where to. w: roll.
    towards: vec4f,
    // Linear light times gain; opacity.
    color: vec4f,
    // Feather; 1 for an ellipse; index of the wall, -1 in a direction; 1 when it lies over inner frusta.
    style: vec4f,
}

struct Cards {
    // The outer eye, stage; how many cards.
    eye: vec4f,
    list: array<Card, 16>,
}

@group(0) @binding(4) var<uniform> cards: Cards;

// How much of a card there is at a place on a wall.
fn card_coverage(card: Card, wall_index: f32, wall_m: vec2f, from_eye: vec3f) -> f32 {
    var right_up = vec2f(wall_m.x - card.right.x, card.right.y - wall_m.y);
    var there = card.style.z == wall_index;
    if card.style.z < 0.0 {
        let ahead = dot(from_eye, card.towards.xyz);
        right_up = vec2f(dot(from_eye, card.right.xyz), dot(from_eye, card.up.xyz)) / max(ahead, 1e-6);
        there = ahead > 1e-6;
    }
    let c = cos(card.towards.w);
    let s = sin(card.towards.w);
    let turned = vec2f(c * right_up.x - s * right_up.y, s * right_up.x + c * right_up.y);
    let away = abs(turned / vec2f(card.right.w, card.up.w));
    let distance = select(max(away.x, away.y), length(away), card.style.y > 0.5);
    let soft = clamp((1.0 - distance) / max(card.style.x, 1e-4), 0.0, 1.0);
    return select(0.0, card.color.a * soft * soft * (3.0 - 2.0 * soft), there);
}

// The light of a wall with the cards over it; of those over inner frusta alone when asked for.
fn with_cards(light: vec3f, wall: Wall, wall_px: vec2f, at: vec3f, over_inner: bool) -> vec3f {
    var shown = light;
    let count = u32(cards.eye.w);
    for (var i = 0u; i < count; i++) {
        let card = cards.list[i];
        if over_inner && card.style.w < 0.5 {
            continue;
        }
        let part = card_coverage(card, wall.pattern.y - 1.0, wall_px * wall.shape.yz, at - cards.eye.xyz);
        shown = mix(shown, card.color.rgb, part);
    }
    return shown;
}
