const channels = (color) => color.match(/[\d.]+/g).map(Number);
const luminance = ([r, g, b]) => {
  const linear = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    if (color.length < 4 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const drawn = (element) => {
  const style = getComputedStyle(element);
  if (element.matches("i")) return channels(style.backgroundColor);
  const hollow = element.classList.contains("hollow");
  return channels(hollow ? style.stroke : style.fill);
};
const seen = (element) => {
  const box = element.getBoundingClientRect();
  const frame = (element.ownerSVGElement || element).getBoundingClientRect();
  const inside = box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1;
  return (box.width > 0 || box.height > 0) && inside && contrast(drawn(element), behind(element.parentElement)) >= 3;
};
const points = [...document.querySelectorAll("[data-series]")].map((element) => ({
  chart: element.dataset.chart, series: element.dataset.series,
  x: element.dataset.x ?? "", y: element.dataset.y, is_visible: seen(element),
}));
const faint = [...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((element) => !element.matches("title, script") && element.getClientRects().length > 0)
  .map((element) => {
    const style = getComputedStyle(element);
    return [contrast(channels(element.ownerSVGElement ? style.fill : style.color), behind(element)), element];
  })
  .filter(([value]) => value < 4.5)
  .map(([value, element]) => `${value.toFixed(2)} ${element.tagName} ${element.textContent.trim().slice(0, 40)}`);
const verdict = {
  is_dark: matchMedia("(prefers-color-scheme: dark)").matches,
  overflows: document.documentElement.scrollWidth > innerWidth,
  points, faint,
};
document.body.append(document.createComment("verdict:" + JSON.stringify(verdict)));
