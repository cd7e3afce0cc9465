using Microsoft.Playwright;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>Seas, cities and mountains by day and by night, drawn by the browser: pictures that look like something and belong to nobody.</summary>
internal static class DrawnScenes
{
    private static readonly string[] Kinds = ["sea", "city", "mountains"];

    /// <param name="seeds">Of each kind.</param>
    public static async Task<IReadOnlyList<Picture>> DrawAsync(IPage page, int seeds)
    {
        var pictures = new List<Picture>();
        foreach (var kind in Kinds)
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                pictures.Add(new Picture($"{kind}-{seed}.jpg", await DrawAsync(page, kind, seed)));
            }
        }

        return pictures;
    }

    /// <param name="quality">Of the JPEG, 0..1.</param>
    /// <param name="mirrored">The same scene the other way round.</param>
    public static async Task<byte[]> DrawAsync(IPage page, string kind, int seed, double quality = 0.9, bool mirrored = false) =>
        Convert.FromBase64String(await page.EvaluateAsync<string>(Script, new object[] { kind, seed, quality, mirrored }));

    private const string Script =
        """
        ([kind, seed, quality, mirrored]) => {
          let state = seed * 7919 + kind.length * 104729;
          const random = (from = 0, to = 1) => {
            state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
            return from + ((state >>> 8) & 0xffff) / 0x10000 * (to - from);
          };
          const [width, height] = [720, 540];
          const canvas = Object.assign(document.createElement('canvas'), { width, height });
          const draw = canvas.getContext('2d');
          if (mirrored) {
            draw.setTransform(-1, 0, 0, 1, width, 0);
          }
          const fade = (top, bottom, from, to) => {
            const gradient = draw.createLinearGradient(0, from, 0, to);
            gradient.addColorStop(0, top);
            gradient.addColorStop(1, bottom);
            draw.fillStyle = gradient;
            draw.fillRect(0, from, width, to - from);
          };
          const time = ['night', 'day', 'evening'][seed % 3];
          const sky = { night: ['#15193f', '#3f3768'], day: ['#7fb4e6', '#d6ebfa'], evening: ['#f2a6a0', '#7a5f93'] }[time];
          const horizon = height * random(0.5, 0.62);
          fade(sky[0], sky[1], 0, height);
          draw.fillStyle = { night: '#e4dfd3', day: '#fdf6d0', evening: '#ffd9a8' }[time];
          draw.beginPath();
          draw.arc(width * random(0.12, 0.88), height * random(0.12, 0.32), random(26, 46), 0, 7);
          draw.fill();
          if (kind === 'sea') {
            fade(time === 'evening' ? '#a1607d' : '#2a6f93', '#123a68', horizon, height);
            draw.fillStyle = 'rgb(255 255 255 / 35%)';
            for (let i = 0; i < 70; i++) {
              const far = random();
              draw.fillRect(random(-20, width), horizon + 6 + far * (height - horizon), 12 + far * 50, 1 + far * 2);
            }
            const [x, y, size] = [width * random(0.2, 0.8), horizon + random(8, 40), random(0.8, 1.5)];
            draw.fillStyle = '#59302f';
            draw.beginPath();
            draw.moveTo(x - 46 * size, y);
            draw.lineTo(x + 46 * size, y);
            draw.lineTo(x + 30 * size, y + 20 * size);
            draw.lineTo(x - 30 * size, y + 20 * size);
            draw.fill();
            draw.fillStyle = '#f6f3ec';
            draw.beginPath();
            draw.moveTo(x, y - 4);
            draw.lineTo(x, y - 92 * size);
            draw.lineTo(x + 40 * size, y - 4);
            draw.fill();
          } else if (kind === 'city') {
            for (const layer of [0, 1]) {
              for (let x = -20; x < width; x += random(48, 84)) {
                const [wide, top] = [random(46, 78), horizon - random(40, 240 - layer * 110) + layer * 90];
                draw.fillStyle = time === 'day' ? ['#8195a8', '#5a6b7f'][layer] : ['#3a3f5e', '#1d2038'][layer];
                draw.fillRect(x, top, wide, height - top);
                draw.fillStyle = time === 'day' ? '#c9d8e4' : '#ffe08a';
                for (let row = top + 12; row < height - 14; row += 20) {
                  for (let column = x + 8; column < x + wide - 10; column += 15) {
                    if (random() < 0.5) {
                      draw.fillRect(column, row, 6, 9);
                    }
                  }
                }
              }
            }
          } else {
            const colours = { night: ['#4b4d74', '#33365a', '#20243f'], day: ['#8fa9bb', '#5e8a78', '#3d6a4d'], evening: ['#9a6f8e', '#6c4c77', '#43325a'] }[time];
            for (const [layer, colour] of colours.entries()) {
              draw.fillStyle = colour;
              draw.beginPath();
              draw.moveTo(-10, height);
              for (let x = -10; x <= width + 120; x += random(70, 130)) {
                draw.lineTo(x, horizon - random(20, 200 - layer * 60) + layer * 80);
              }
              draw.lineTo(width + 120, height);
              draw.fill();
            }
          }
          return canvas.toDataURL('image/jpeg', quality).split(',')[1];
        }
        """;
}
