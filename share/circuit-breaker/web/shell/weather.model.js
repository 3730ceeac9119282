// @ts-check
/**
 * WMO weather interpretation codes, as Open-Meteo gives them.
 *
 * @param {number} code
 */
export function skyOf(code) {
  if (code === 0) return { word: "clear", icon: "sun" };
  if (code <= 2) return { word: "partly", icon: "cloud_sun" };
  if (code === 3) return { word: "cloudy", icon: "cloud" };
  if (code <= 48) return { word: "fog", icon: "fog" };
  if (code >= 95) return { word: "storm", icon: "storm" };
  if ((code >= 71 && code <= 77) || code === 85 || code === 86) return { word: "snow", icon: "snow" };
  return { word: "rain", icon: "rain" };
}
