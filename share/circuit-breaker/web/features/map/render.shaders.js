// @ts-check
/**
 * The programs of the graphics card. Places and looks of nodes lie in one texture, a texel a node, so that a node that
 * moves takes its lines and words along and only that texel is sent again.
 *
 * Texel: x, y, look (icon + 256 · hue + 2048 · state + 16384 where it is a picture), flags (1 lit, 2 selected, 4 focused, 8 primary; ×16 opacity 0…255).
 */

const COMMON = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler2D u_nodes;
uniform vec3 u_camera;
uniform vec2 u_half;
uniform float u_radius;
uniform float u_ratio;
uniform float u_dim;
vec4 texelOf(uint i) { return texelFetch(u_nodes, ivec2(int(i) & 255, int(i) >> 8), 0); }
vec2 screenOf(vec2 world) { return (world - u_camera.xy) * u_camera.z + u_half; }
vec4 clipOf(vec2 pixel) { return vec4(pixel.x / u_half.x - 1.0, 1.0 - pixel.y / u_half.y, 0.0, 1.0); }
vec3 loopOf(vec2 disc, float number) {
  float turn = mod(number - 1.0, 3.0);
  float angle = turn < 0.5 ? -2.53 : turn < 1.5 ? -0.61 : -1.5708;
  float radius = (0.55 + 0.25 * floor((number - 1.0) / 3.0)) * u_radius;
  return vec3(disc + vec2(cos(angle), sin(angle)) * (0.75 * u_radius + radius), radius);
}
float shownOf(int flags) {
  float whole = float(flags >> 4) / 255.0;
  return (flags & 1) == 1 ? whole : whole * u_dim;
}
`;

export const NODES = {
  vertex: `${COMMON}
in uint a_node;
out vec2 v_at;
flat out ivec4 v_look;
flat out float v_shown;
void main() {
  vec4 node = texelOf(a_node);
  int look = int(node.z);
  int flags = int(node.w);
  v_look = ivec4(look & 255, (look >> 8) & 7, look >> 11, flags);
  v_shown = shownOf(flags);
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  float reach = (flags & 14) != 0 ? 33.0 : 27.5;
  v_at = corner * reach;
  gl_Position = clipOf(screenOf(node.xy) + v_at * u_radius / 20.0);
}`,
  fragment: `#version 300 es
precision highp float;
precision highp int;
in vec2 v_at;
flat in ivec4 v_look;
flat in float v_shown;
uniform sampler2D u_icons;
uniform vec3 u_hues[8];
uniform vec3 u_states[6];
uniform vec3 u_disc;
uniform vec3 u_accent;
uniform vec3 u_focus;
uniform float u_radius;
uniform float u_isDots;
uniform float u_rows;
out vec4 colour;
const float TURN = 6.2831853;
float band(float d, float middle, float width, float soft) {
  return clamp((width * 0.5 - abs(d - middle)) / soft + 0.5, 0.0, 1.0);
}
float dashed(float angle, float count, float share, float soft, float radius) {
  float at = abs(fract(angle / TURN * count) - share * 0.5);
  return clamp((share * 0.5 - at) * TURN * radius / count / soft + 0.5, 0.0, 1.0);
}
void over(inout vec4 under, vec3 tint, float cover) {
  under = vec4(tint * cover, cover) + under * (1.0 - cover);
}
void main() {
  float d = length(v_at);
  float soft = 20.0 / u_radius;
  vec3 hue = u_hues[v_look.y];
  int state = v_look.z & 7;
  int flags = v_look.w;
  vec4 shown = vec4(0.0);
  if ((flags & 2) != 0) {
    over(shown, u_accent, clamp((29.0 - d) / soft + 0.5, 0.0, 1.0) * 0.16);
    over(shown, u_accent, band(d, 29.0, (flags & 8) != 0 ? max(2.0, soft * 2.0) : max(1.5, soft * 1.25), soft));
  }
  float angle = atan(v_at.y, v_at.x) + TURN * 0.5;
  if ((flags & 6) == 4) over(shown, u_focus, band(d, 29.0, max(2.0, soft * 2.0), soft) * dashed(angle, 24.0, 0.5, soft, 29.0));
  if (u_isDots > 0.5) {
    float reach = state == 2 ? 22.0 : 15.5;
    vec3 tint = state == 1 || state == 2 ? u_states[state] : hue;
    over(shown, tint, clamp((reach - d) / soft + 0.5, 0.0, 1.0) * (state == 5 ? 0.45 : 1.0));
  } else {
    float own = state == 5 ? 0.45 : 1.0;
    over(shown, mix(u_disc, hue, 0.12), clamp((19.0 - d) / soft + 0.5, 0.0, 1.0) * own);
    over(shown, hue, band(d, 19.0, 2.0, soft) * own);
    if (d > 20.5 && state != 5) {
      float width = state == 0 || state == 4 ? 1.25 : state == 2 ? 3.5 : 2.5;
      float ring = band(d, 24.0, max(width, soft), soft);
      if (state == 1) ring *= dashed(angle, 4.0, 0.72, soft, 24.0);
      if (state == 3) ring *= dashed(angle, 2.0, 0.5, soft, 24.0);
      if (state == 4) ring *= dashed(angle, 18.0, 0.5, soft, 24.0);
      over(shown, u_states[state], ring);
    }
    vec2 inside = v_at / 21.0 + 0.5;
    if (inside.x > 0.0 && inside.y > 0.0 && inside.x < 1.0 && inside.y < 1.0) {
      vec2 cell = vec2(float(v_look.x & 15), float(v_look.x >> 4));
      vec4 ink = texture(u_icons, (cell + inside) / vec2(16.0, u_rows));
      over(shown, v_look.z > 7 ? ink.rgb / max(ink.a, 0.004) : hue, ink.a * own);
    }
  }
  colour = shown * v_shown;
  if (colour.a < 0.004) discard;
}`,
};

/** One strip a line: four corners for a straight one, seventeen pairs along a curve for a bent one or a loop. */
export const EDGES = {
  vertex: `${COMMON}
in uvec4 a_edge;
uniform float u_pairs;
uniform float u_level;
uniform float u_thin;
uniform float u_density;
uniform float u_isBySpeed;
uniform vec4 u_styles[12];
uniform vec4 u_tones[12];
out vec2 v_at;
flat out vec3 v_line;
flat out vec3 v_tint;
uniform vec3 u_accent;
uniform float u_isCoarse;
void main() {
  int style = int(a_edge.w & 15u);
  vec2 from = screenOf(texelOf(a_edge.x).xy);
  vec2 to = screenOf(texelOf(a_edge.y).xy);
  float bend = uintBitsToFloat(a_edge.z) * u_camera.z;
  vec2 way = to - from;
  float size = max(length(way), 0.001);
  vec2 aside = vec2(-way.y, way.x) / size;
  float share = float(gl_VertexID >> 1) / u_pairs;
  float side = float(gl_VertexID & 1) * 2.0 - 1.0;
  vec2 control = (from + to) * 0.5 + aside * bend * 2.0;
  vec2 point = mix(mix(from, control, share), mix(control, to, share), share);
  vec2 ahead = mix(control - from, to - control, share);
  vec2 normal = vec2(-ahead.y, ahead.x) / max(length(ahead), 0.001);
  if (a_edge.x == a_edge.y) {
    vec3 loop = loopOf(from, uintBitsToFloat(a_edge.z));
    normal = vec2(cos(share * 6.2831853), sin(share * 6.2831853));
    point = loop.xy + normal * loop.z;
    size = loop.z * 6.2831853;
  }
  vec4 look = u_styles[style];
  float speed = u_isBySpeed > 0.5 ? 0.5 + float((a_edge.w >> 4) & 15u) * 0.3 : 1.0;
  float width = look.x * speed * u_thin * u_ratio * (u_level > 1.5 ? 1.4 : 1.0);
  float room = (look.y > 0.5 && look.y < 1.5 && u_isCoarse < 0.5 ? width * 1.5 : width * 0.5) + 0.75;
  v_at = vec2(share * size, side * room);
  vec4 tone = u_tones[style];
  v_line = vec3(width, look.y, u_level > 1.5 ? 1.0 : u_level < 0.5 ? 0.1 : tone.a * u_density);
  v_tint = u_level > 1.5 ? u_accent : tone.rgb;
  gl_Position = clipOf(point + normal * side * room);
}`,
  fragment: `#version 300 es
precision highp float;
in vec2 v_at;
flat in vec3 v_line;
flat in vec3 v_tint;
uniform float u_thin;
uniform float u_ratio;
uniform float u_isCoarse;
out vec4 colour;
float within(float away, float half_) { return clamp(half_ - away + 0.5, 0.0, 1.0) * min(1.0, half_ * 2.0); }
void main() {
  float away = abs(v_at.y);
  float width = v_line.x;
  float cover;
  float unit = u_thin * u_ratio;
  if (v_line.y < 0.5 || u_isCoarse > 0.5) cover = within(away, width * 0.5);
  else if (v_line.y < 1.5) cover = within(away, width * 1.5) - within(away, width * 0.6);
  else if (v_line.y < 2.5) {
    float period = 5.75 * unit;
    float along = mod(v_at.x, period) - period * 0.5;
    cover = clamp(width * 0.5 - length(vec2(along, v_at.y)) + 0.5, 0.0, 1.0);
  } else {
    float period = 12.0 * unit;
    float along = abs(mod(v_at.x, period) - period * 0.5);
    cover = within(away, width * 0.5) * clamp(3.5 * unit - along + 0.5, 0.0, 1.0);
  }
  float alpha = cover * v_line.z;
  if (alpha < 0.004) discard;
  colour = vec4(v_tint * alpha, alpha);
}`,
};

/** Heads of arrows, on lines whose style has one: a triangle that ends at the disc's ring. */
export const ARROWS = {
  vertex: `${COMMON}
in uvec4 a_edge;
uniform float u_level;
uniform float u_density;
uniform vec4 u_styles[12];
uniform vec4 u_tones[12];
uniform vec3 u_accent;
out vec2 v_at;
flat out vec4 v_tint;
void main() {
  int style = int(a_edge.w & 15u);
  vec2 from = screenOf(texelOf(a_edge.x).xy);
  vec2 to = screenOf(texelOf(a_edge.y).xy);
  vec2 way = to - from;
  float size = max(length(way), 0.001);
  vec2 control = (from + to) * 0.5 + vec2(-way.y, way.x) / size * uintBitsToFloat(a_edge.z) * u_camera.z * 2.0;
  vec2 ahead = to - control;
  float left = length(ahead);
  ahead /= max(left, 0.001);
  float reach = clamp(8.0 * u_camera.z / u_ratio, 4.0, 8.0) * u_ratio;
  float tip = u_radius * 1.3;
  bool isDrawn = u_styles[style].z > 0.5 && left > tip + reach;
  vec2 corner = gl_VertexID == 0 ? vec2(0.0) : vec2(-reach, (float(gl_VertexID) - 1.5) * 2.0 * reach * 0.45);
  v_at = corner;
  vec4 tone = u_tones[style];
  float alpha = u_level > 1.5 ? 1.0 : u_level < 0.5 ? 0.1 : max(0.35, tone.a * u_density);
  v_tint = vec4(u_level > 1.5 ? u_accent : tone.rgb, alpha);
  vec2 pixel = to - ahead * tip + ahead * corner.x + vec2(-ahead.y, ahead.x) * corner.y;
  gl_Position = isDrawn ? clipOf(pixel) : vec4(2.0, 2.0, 0.0, 1.0);
}`,
  fragment: `#version 300 es
precision highp float;
in vec2 v_at;
flat in vec4 v_tint;
out vec4 colour;
void main() {
  float cover = clamp(-v_at.x * 0.45 - abs(v_at.y) + 0.5, 0.0, 1.0) * v_tint.a;
  colour = vec4(v_tint.rgb * cover, cover);
}`,
};

/** A ring of its own around a node: the pulse of what broke, the end of a line that is being drawn. */
export const RINGS = {
  vertex: `${COMMON}
in uint a_node;
in vec4 a_ring;
in vec4 a_tint;
out vec2 v_at;
flat out vec4 v_tint;
flat out vec2 v_ring;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  v_at = corner * (a_ring.x + a_ring.y + 1.0);
  v_ring = a_ring.xy;
  v_tint = a_tint;
  gl_Position = clipOf(screenOf(texelOf(a_node).xy) + v_at);
}`,
  fragment: `#version 300 es
precision highp float;
in vec2 v_at;
flat in vec4 v_tint;
flat in vec2 v_ring;
out vec4 colour;
void main() {
  float cover = clamp(v_ring.y * 0.5 - abs(length(v_at) - v_ring.x) + 0.5, 0.0, 1.0) * v_tint.a;
  if (cover < 0.004) discard;
  colour = vec4(v_tint.rgb * cover, cover);
}`,
};

/**
 * One corner set a letter. The place is rounded to whole pixels, so that letters stay as sharp as they were drawn. Outlines and
 * plates come first, ink second: the outline of a letter would eat from the one before it.
 */
export const WORDS = {
  vertex: `${COMMON}
in uvec2 a_ends;
in float a_bend;
in vec2 a_beside;
in vec4 a_cell;
in vec4 a_kind;
uniform vec2 u_atlas;
out vec2 v_cell;
flat out float v_shown;
flat out vec2 v_kind;
void main() {
  vec4 one = texelOf(a_ends.x);
  vec4 other = texelOf(a_ends.y);
  vec2 way = other.xy - one.xy;
  float size = max(length(way), 0.001);
  vec2 world = (one.xy + other.xy) * 0.5 + vec2(-way.y, way.x) / size * a_bend;
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vec2 pixel = floor(screenOf(world) + 0.5) + a_beside + corner * a_cell.zw;
  v_cell = (a_cell.xy + corner * a_cell.zw) / u_atlas;
  bool isLine = a_ends.x != a_ends.y;
  v_shown = isLine ? 1.0 : max(shownOf(int(one.w)), 0.0);
  v_kind = a_kind.xy;
  gl_Position = clipOf(pixel);
}`,
  fragment: `#version 300 es
precision highp float;
in vec2 v_cell;
flat in float v_shown;
flat in vec2 v_kind;
uniform sampler2D u_glyphs;
uniform vec3 u_text;
uniform vec3 u_quiet;
uniform vec3 u_ground;
uniform float u_isInk;
out vec4 colour;
void main() {
  vec4 cell = texture(u_glyphs, v_cell);
  colour = vec4(0.0);
  if (u_isInk < 0.5) {
    if (v_kind.y > 1.5) colour = vec4(u_ground, 1.0) * 0.9;
    else if (v_kind.y < 0.5) colour = vec4(u_ground, 1.0) * max(cell.r, cell.g) * v_shown;
  } else if (v_kind.y < 0.5) colour = vec4(v_kind.x > 0.5 ? u_quiet : u_text, 1.0) * cell.g * v_shown;
  else if (v_kind.y < 1.5) colour = vec4(cell.rgb * cell.a, cell.a) * v_shown;
  if (colour.a < 0.004) discard;
}`,
};

/** The faint grid of dots: a square each, placed by their number. */
export const GROUND = {
  vertex: `#version 300 es
precision highp float;
precision highp int;
uniform vec2 u_half;
uniform vec3 u_grid;
uniform float u_columns;
uniform float u_size;
void main() {
  float at = float(gl_InstanceID);
  vec2 cell = vec2(mod(at, u_columns), floor(at / u_columns));
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) - 0.5;
  vec2 pixel = u_grid.xy + cell * u_grid.z + corner * u_size;
  gl_Position = vec4(pixel.x / u_half.x - 1.0, 1.0 - pixel.y / u_half.y, 0.0, 1.0);
}`,
  fragment: `#version 300 es
precision mediump float;
uniform vec4 u_tint;
out vec4 colour;
void main() { colour = vec4(u_tint.rgb * u_tint.a, u_tint.a); }`,
};
